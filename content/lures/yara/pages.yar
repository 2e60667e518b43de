// Pages, notes and rich text that come along with a lure.

rule Page_Pastes_Command {
  meta:
    description = "a page that puts a command on the clipboard and asks for it to be pasted and run"
    technique = "T1204.004"
  strings:
    $copy1 = "navigator.clipboard.writeText" ascii wide nocase
    $copy2 = /execCommand\s{0,4}\(\s{0,4}["']copy/ ascii wide nocase
    $command = /(powershell(\.exe)?\s{1,4}-|mshta\s{1,4}https?:|curl\s[^"'<]{3,200}\|\s{0,4}(ba)?sh|cmd(\.exe)?\s{1,4}\/c|msiexec\s{1,4}\/)/ ascii wide nocase
    $ask1 = "Win+R" ascii wide nocase
    $ask2 = "Win + R" ascii wide nocase
    $ask3 = "Windows + R" ascii wide nocase
    $ask4 = "Windows key + R" ascii wide nocase
    $ask5 = "press Enter" ascii wide nocase
    $ask6 = "Ctrl+V" ascii wide nocase
    $ask7 = "Ctrl + V" ascii wide nocase
    $ask8 = "open a terminal" ascii wide nocase
    $ask9 = "open Terminal" ascii wide nocase
  condition:
    filesize < 4MB and any of ($copy*) and $command and any of ($ask*)
}

rule Page_Saves_Packed_File {
  meta:
    description = "a page that unpacks a file and saves it by itself"
    technique = "T1027.006"
  strings:
    $save1 = "msSaveOrOpenBlob" ascii nocase
    $save2 = "createObjectURL" ascii nocase
    $click = ".click(" ascii nocase
    $name = /\.download\s{0,4}=\s{0,4}["'][^"']{1,80}\.(zip|iso|img|vhdx?|exe|hta|js|lnk|rar|7z|docm|xll)["']/ ascii nocase
    $unpack1 = "atob(" ascii nocase
    $unpack2 = "Uint8Array" ascii nocase
    $unpack3 = "charCodeAt" ascii nocase
  condition:
    filesize < 20MB and any of ($save*) and $name and any of ($unpack*) and $click
}

rule Note_Remote_Login_For_Viewer {
  meta:
    description = "a note with a server's number and a password for the viewer beside it"
    technique = "T1204.002"
  strings:
    $address = /(host|server|address|adresse|login|connect to)( name| ip)?\s{0,3}[:=]?\s{0,3}\d{1,3}\.\d{1,3}\.\d{1,3}\.\d/ ascii wide nocase
    $password = /\b(password|passwd|pwd|passwort|contrase|mot de passe)\b[^\r\n]{0,4}[:=]/ ascii wide nocase
    $tool = /(vnc|putty|viewer|remote desktop|ssh)/ ascii wide nocase
    $use = /(connect|open|run|start|login|log in|interview|assessment|test)/ ascii wide nocase
  condition:
    filesize < 16KB and $address and $password and $tool and $use
}

rule Rich_Text_Remote_Template {
  meta:
    description = "rich text whose template lies on another machine"
    technique = "T1221"
  strings:
    $template = /\{\\\*\\template\s{1,8}(https?:\/\/|\\\\\\\\|\\u(104|72|92|102|70)[^0-9])/ ascii nocase
  condition:
    uint32(0) == 0x74725c7b and $template
}

rule Binary_Document_Asks_For_Macros {
  meta:
    description = "an old Office document with macros that asks for them to be switched on"
    technique = "T1204.002"
  strings:
    $project = "_VBA_PROJECT" wide
    $ask1 = "Enable Content" ascii wide nocase
    $ask2 = "Enable Editing" ascii wide nocase
    $ask3 = "Inhalt aktivieren" ascii wide nocase
    $ask4 = "Activer le contenu" ascii wide nocase
    $ask5 = "Habilitar contenido" ascii wide nocase
  condition:
    uint32(0) == 0xe011cfd0 and $project and any of ($ask*)
}

rule Document_Says_Protected_Viewer_Needed {
  meta:
    description = "a document that says it can only be read in a viewer that comes along"
    technique = "T1204.002"
  strings:
    $need = /(this (document|file) (is|has been) (protected|encrypted)|can only be (opened|viewed|read)|please use the (attached|enclosed|provided))[^\r\n]{0,120}(viewer|reader)/ ascii wide nocase
  condition:
    filesize < 4MB and (uint32be(0) == 0x25504446 or uint32(0) == 0x74725c7b) and $need
}
