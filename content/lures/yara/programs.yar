// Programs that lures carry: known tools with something added, readers that carry their own
// document, and launchers that show one. The rules look at what such a program must contain to
// work, not at the code of any sample.

rule Remote_Viewer_With_Loader {
  meta:
    description = "a remote-desktop viewer that also decrypts and loads code"
    technique = "T1036.005"
  strings:
    $viewer1 = "TightVNC" ascii wide
    $viewer2 = "UltraVNC" ascii wide
    $viewer3 = "VNC Viewer" ascii wide
    $fetch1 = "WinHttpOpenRequest" ascii
    $fetch2 = "InternetReadFile" ascii
    $fetch3 = "HttpSendRequestW" ascii
    $load1 = "VirtualAlloc" ascii
    $load2 = "VirtualProtect" ascii
    $decrypt1 = "BCryptDecrypt" ascii
    $decrypt2 = "CryptDecrypt" ascii
    $decrypt3 = "expand 32-byte k" ascii
  condition:
    uint16(0) == 0x5a4d and any of ($viewer*) and any of ($fetch*) and any of ($load*)
    and any of ($decrypt*)
}

rule Terminal_Client_With_Second_Stage {
  meta:
    description = "a terminal client that starts a system program to load its second stage"
    technique = "T1574.001"
  strings:
    $client1 = "PuTTY" ascii wide
    $client2 = "KiTTY" ascii wide
    $client3 = "SimonTatham" ascii wide
    $host1 = "colorcpl.exe" ascii wide nocase
    $host2 = "schtasks /create" ascii wide nocase
    $host3 = "rundll32.exe" ascii wide nocase
    $place = /(\\programdata\\|%programdata%|\\users\\public\\|\\appdata\\roaming\\)/ ascii wide nocase
  condition:
    uint16(0) == 0x5a4d and any of ($client*) and any of ($host*) and $place
}

rule Document_Reader_With_Own_Document {
  meta:
    description = "a document reader that decrypts a document or code of its own"
    technique = "T1204.002"
  strings:
    $reader1 = "SumatraPDF" ascii wide
    $reader2 = "MuPDF" ascii wide nocase
    $reader3 = "PDF Viewer" ascii wide
    $cipher1 = "expand 32-byte k" ascii
    $cipher2 = "BCryptDecrypt" ascii
    $cipher3 = "CryptDecrypt" ascii
    $drop1 = "%TEMP%" ascii wide nocase
    $drop2 = "GetTempPath" ascii
    $run1 = "CreateProcess" ascii
    $run2 = "rundll32" ascii wide nocase
    $fetch1 = "WinHttpOpen" ascii
    $fetch2 = "InternetOpen" ascii
  condition:
    uint16(0) == 0x5a4d and any of ($reader*) and any of ($cipher*) and any of ($drop*)
    and any of ($run*) and any of ($fetch*)
}

rule Launcher_With_Decoy_Document {
  meta:
    description = "a program that shows a job document and starts something else"
    technique = "T1204.002"
  strings:
    $decoy = /(job[ _-]?description|salary|offer[ _-]?letter|job[ _-]?offer|position|benefits|interview)[a-z0-9 _.()-]{0,40}\.(pdf|docx?)/ ascii wide nocase
    $show1 = "ShellExecute" ascii
    $show2 = "WinExec" ascii
    $more1 = "URLDownloadToFile" ascii
    $more2 = "WinHttpOpen" ascii
    $more3 = "rundll32" ascii wide nocase
    $more4 = "schtasks" ascii wide nocase
    $more5 = "VirtualAllocEx" ascii
  condition:
    uint16(0) == 0x5a4d and $decoy and any of ($show*) and any of ($more*)
}

rule Linux_Launcher_With_Decoy_Document {
  meta:
    description = "a Linux program that opens a document for show and stays behind it"
    technique = "T1204.002"
  strings:
    $open1 = "xdg-open" ascii
    $open2 = "gio open" ascii
    $decoy = /\.(pdf|docx?)\b/ ascii nocase
    $stay1 = ".config/autostart" ascii
    $stay2 = ".bash_profile" ascii
    $stay3 = "/etc/cron" ascii
    $stay4 = ".config/systemd/user" ascii
    $run = /(\/bin\/sh -c|chmod \+x|curl |wget )/ ascii
  condition:
    uint32(0) == 0x464c457f and any of ($open*) and $decoy and any of ($stay*) and $run
}

rule Library_Loaded_Beside_Program {
  meta:
    description = "a library that takes the name of one of Windows' and hands its calls on"
    technique = "T1574.001"
  strings:
    $forward = /(version|winhttp|dbghelp|wtsapi32|cryptbase|dwmapi|uxtheme|wbemcomn|mscoree|colorui|secur32|profapi)_?(orig|org|real|bak|old|1)?\.[A-Z][A-Za-z]{3,40}/ ascii
    $system = /\\(system32|syswow64)\\(version|winhttp|dbghelp|wtsapi32|cryptbase|dwmapi|uxtheme|wbemcomn|mscoree|colorui|secur32|profapi)\.dll/ ascii wide nocase
    $load1 = "VirtualProtect" ascii
    $load2 = "VirtualAlloc" ascii
    $file = /\b[a-z0-9_]{3,20}\.(dat|bin|db|tmp|ini)\b/ ascii wide nocase
  condition:
    uint16(0) == 0x5a4d and (#forward > 4 or $system) and all of ($load*) and $file
}

rule Installer_Runs_Shell {
  meta:
    description = "an installer whose own action is a command to a shell"
    technique = "T1218.007"
  strings:
    $action = "CustomAction" ascii wide
    $shell = /(powershell(\.exe)?\s{1,4}-|cmd(\.exe)?\s{1,4}\/c|mshta\s{1,4}http|wscript\.shell)/ ascii wide nocase
    $fetch = /(https?:\/\/|downloadstring|-enc\b|frombase64string)/ ascii wide nocase
  condition:
    uint32(0) == 0xe011cfd0 and $action and $shell and $fetch
}
