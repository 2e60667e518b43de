// Scripts and code that come as a "coding test", an "interview tool" or a way to open a document.

rule Script_Fetches_Saves_Runs {
  meta:
    description = "a Windows script that fetches a file, saves it and runs it"
    technique = "T1059.005"
  strings:
    $fetch1 = "MSXML2.XMLHTTP" ascii wide nocase
    $fetch2 = "MSXML2.ServerXMLHTTP" ascii wide nocase
    $fetch3 = "WinHttp.WinHttpRequest" ascii wide nocase
    $save1 = "ADODB.Stream" ascii wide nocase
    $save2 = "SaveToFile" ascii wide nocase
    $run1 = "WScript.Shell" ascii wide nocase
    $run2 = "Shell.Application" ascii wide nocase
  condition:
    filesize < 1MB and any of ($fetch*) and any of ($save*) and any of ($run*)
}

rule PowerShell_Fetches_Runs_Hidden {
  meta:
    description = "PowerShell that fetches code and runs it from memory, past its own checks"
    technique = "T1059.001"
  strings:
    $fetch1 = "downloadstring" ascii wide nocase
    $fetch2 = "downloaddata" ascii wide nocase
    $fetch3 = "invoke-webrequest" ascii wide nocase
    $fetch4 = "invoke-restmethod" ascii wide nocase
    $fetch5 = "iwr http" ascii wide nocase
    $fetch6 = "irm http" ascii wide nocase
    $run1 = "iex" ascii wide nocase fullword
    $run2 = "invoke-expression" ascii wide nocase
    $run3 = "[reflection.assembly]::load" ascii wide nocase
    $run4 = ".invoke(" ascii wide nocase
    $hide1 = "amsiutils" ascii wide nocase
    $hide2 = "-windowstyle hidden" ascii wide nocase
    $hide5 = "-w hidden" ascii wide nocase
    $hide3 = "FromBase64String" ascii wide nocase
    $hide4 = "ExecutionPolicy Bypass" ascii wide nocase
  condition:
    filesize < 1MB and uint16(0) != 0x5a4d and uint32(0) != 0x464c457f
    and any of ($fetch*) and any of ($run*) and any of ($hide*)
}

rule Coding_Test_Node_Loader {
  meta:
    description = "JavaScript of a project that fetches code and runs it as its own"
    technique = "T1059.007"
  strings:
    $fetch = /(axios(\.get|\.post)?\s{0,4}\(|request(\.get)?\s{0,4}\(|fetch\s{0,4}\(|https?\.get\s{0,4}\()/ ascii
    $eval1 = /\beval\s{0,4}\(\s{0,4}(res|resp|response|data|body|r)\b/ ascii
    $eval2 = /new\s{1,4}(Function|Function\.constructor)\s{0,4}\(\s{0,4}["']require["']/ ascii
    $eval3 = /Function\.constructor\s{0,4}\(\s{0,4}["']require["']/ ascii
    $eval4 = /\beval\s{0,4}\(\s{0,4}(atob|Buffer\.from)\s{0,4}\(/ ascii
  condition:
    filesize < 4MB and uint16(0) != 0x5a4d and $fetch and any of ($eval*)
}

rule Code_Reads_Browser_Wallets {
  meta:
    description = "code that reads wallets and passwords out of browsers' folders"
    technique = "T1555.003"
  strings:
    $folder1 = "Local Extension Settings" ascii wide
    $folder2 = "Login Data" ascii wide
    $folder3 = "logins.json" ascii wide
    $wallet1 = "nkbihfbeogaeaoehlefnkodbefgpgknn" ascii wide
    $wallet2 = "bfnaelmomeimhlpmgjnjophhpkkoljpa" ascii wide
    $wallet3 = "ibnejdfjmmkpcnlpebklmnkoeoihofec" ascii wide
    $wallet4 = "solana/id.json" ascii wide
    $home = /(os\.homedir|expanduser|LOCALAPPDATA|Application Support)/ ascii wide
    $send = /(requests\.post|axios\.post|request\.post|formData|multipart\/form-data)/ ascii wide
  condition:
    filesize < 4MB and any of ($folder*) and any of ($wallet*) and $home and $send
}

rule Python_Layered_Exec {
  meta:
    description = "Python that peels base64 and compression off a text and runs it"
    technique = "T1027.013"
  strings:
    $exec = /\bexec\s{0,4}\(\s{0,4}\(?(zlib|marshal|base64|b64decode|bytes\.fromhex|__import__|compile|codecs|gzip|lambda|_\()/ ascii
    $peel1 = "b64decode" ascii
    $peel2 = "zlib" ascii
    $peel3 = "marshal" ascii
    $peel4 = "[::-1]" ascii
  condition:
    filesize < 4MB and $exec and 2 of ($peel*)
}

rule Python_Fetches_And_Execs {
  meta:
    description = "Python that runs what a server answers"
    technique = "T1059.006"
  strings:
    $exec = /\b(exec|eval)\s{0,4}\(\s{0,4}(requests\.(get|post)|urllib\.request\.urlopen|urlopen|r\.text|r\.content|res\.text|resp\.text|response\.(text|content))/ ascii
    $import = /\b(import|from)\s{1,4}(requests|urllib)/ ascii
  condition:
    filesize < 1MB and $exec and $import
}

rule AppleScript_Asks_Password {
  meta:
    description = "a macOS script that asks for the login password in a window of its own"
    technique = "T1056.002"
  strings:
    $dialog = "display dialog" ascii nocase
    $hidden = "hidden answer" ascii nocase
    $use1 = "dscl" ascii
    $use2 = "do shell script" ascii nocase
    $use3 = "osascript" ascii
    $use4 = "security unlock-keychain" ascii
  condition:
    filesize < 4MB and $dialog and $hidden and any of ($use*)
}

rule Project_Build_Event_Loads_Library {
  meta:
    description = "a Visual Studio project that loads a library or runs PowerShell when it is built"
    technique = "T1127.001"
  strings:
    $event = /<(PreBuildEvent|PostBuildEvent|PreLinkEvent|Exec)\b/ ascii wide nocase
    $load = /(rundll32|regsvr32)(\.exe)?["']?\s/ ascii wide nocase
    $shell = /powershell(\.exe)?["']?\s[^<]{0,200}(-e(nc|ncodedcommand)?\s|hidden|bypass|iex|downloadstring|rundll32)/ ascii wide nocase
  condition:
    filesize < 1MB and $event and ($load or $shell)
}
