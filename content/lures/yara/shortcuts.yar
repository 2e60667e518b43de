// Shortcuts that arrive with a job offer. Each rule names two things that do not meet by chance.

rule Shortcut_Encoded_PowerShell {
  meta:
    description = "a shortcut that hands PowerShell a command in base64 or keeps its window hidden"
    technique = "T1059.001"
  strings:
    $shell = "powershell" ascii wide nocase
    $encoded = /-e(nc|ncodedcommand)?\s{1,4}[A-Za-z0-9+\/]{60,}/ ascii wide nocase
    $hidden = /-w(in|indow|indowstyle)?\s{1,4}(hidden|1)\b/ ascii wide nocase
    $fetch = /(downloadstring|downloadfile|invoke-webrequest|\biwr\b|\birm\b|\biex\b)/ ascii wide nocase
  condition:
    uint32(0) == 0x0000004c and uint32(4) == 0x00021401 and $shell and ($encoded or ($hidden and $fetch))
}

rule Shortcut_Mshta_Or_Regsvr_Address {
  meta:
    description = "a shortcut that makes mshta, regsvr32 or rundll32 open an address"
    technique = "T1218.005"
  strings:
    $host = /(mshta|regsvr32|rundll32|msiexec)(\.exe)?/ ascii wide nocase
    $url = /https?:\/\/[a-z0-9]/ ascii wide nocase
  condition:
    uint32(0) == 0x0000004c and uint32(4) == 0x00021401 and $host and $url
}

rule Shortcut_Cuts_Itself_Open {
  meta:
    description = "a shortcut that cuts a hidden file out of itself or of its neighbour"
    technique = "T1140"
  strings:
    $own = /\.lnk/ ascii wide nocase
    $cut1 = "findstr" ascii wide nocase
    $cut2 = /certutil(\.exe)?\s{1,4}-(f\s{1,4})?-?decode/ ascii wide nocase
    $cut3 = "ReadAllBytes" ascii wide nocase
    $cut4 = /copy\s{1,4}\/b/ ascii wide nocase
    $run = /(start|%temp%|\$env:temp|%public%|%appdata%)/ ascii wide nocase
  condition:
    uint32(0) == 0x0000004c and uint32(4) == 0x00021401 and $own and any of ($cut*) and $run
}

rule Search_Connector_Remote_Share {
  meta:
    description = "a library or saved search that shows another machine's share as a folder"
    technique = "T1204.002"
  strings:
    $library = "<libraryDescription" ascii wide nocase
    $saved = "<persistedQuery" ascii wide nocase
    $share = /<url>\s{0,8}(\\\\|https?:\/\/|file:\/\/)[a-z0-9]/ ascii wide nocase
    $webdav = "DavWWWRoot" ascii wide nocase
  condition:
    filesize < 64KB and ($library or $saved) and ($share or $webdav)
}
