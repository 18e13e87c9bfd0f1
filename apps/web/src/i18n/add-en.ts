/** Texts of adding cameras, in English. */
export const addEn = {
  'add.title': 'Add cameras',
  'add.way': 'How to add',
  'add.way.address': 'By address',
  'add.way.url': 'By RTSP address',
  'add.way.file': 'From a file',
  'add.address.lead':
    'The camera’s address in your network, and the user name and password that you use for its own page. The rest is found automatically.',
  'add.address': 'Address',
  'add.addressHint': 'For instance 192.168.1.20. Add a port only if it is not the usual one.',
  'add.addressWrong':
    'This is not an address: enter the number (192.168.1.20) or the name of the camera, and nothing after it.',
  'add.addressIsUrl': 'This is a full RTSP address. It belongs under “By RTSP address”.',
  'add.useUrl': 'Use it there',
  'add.find': 'Find camera',
  'add.finding': 'Looking…',
  'add.findingAt': 'Looking for the streams of {{ address }} · {{ time }}',
  'add.findingHint':
    'We log in once and try what each maker uses: Intelbras, Hikvision, Dahua, Axis, Reolink, TP-Link and others. It takes up to half a minute.',
  'add.found': 'Found',
  'add.foundOf': 'Found: {{ maker }} camera',
  'add.stream.main': 'Main stream, which is recorded',
  'add.stream.sub': 'Sub stream, for grids and browsers',
  'add.noSub': 'No sub stream was found. The camera works all the same.',
  'add.name': 'Give it a name',
  'add.add': 'Add this camera',
  'add.addedHint':
    'Recording begins as soon as the camera answers, which usually takes a few seconds.',
  'add.next': 'Add the next one',
  'add.done': 'Done: show live',
  'add.toList': 'Show the list',

  'address.too-long': 'The address is longer than 2048 characters. Check what was pasted.',
  'address.white-space':
    'The address contains a space or an invisible character. Delete it; a password with a space goes into the field for it.',
  'address.no-scheme':
    'The address does not begin with rtsp://. Write it like rtsp://192.168.1.20:554/stream1.',
  'address.web-page':
    'This is the address of a web page. Look in the settings of the camera for its RTSP address, which begins with rtsp://.',
  'address.other-scheme':
    'Cameras are reached by addresses that begin with rtsp:// or rtsps://. Look in the settings of the camera for that one.',
  'address.unreadable':
    'Host or port of the address are not valid. A password with / ? # or : goes into the field for it.',
  'address.no-host': 'The address names no camera. Write it like rtsp://192.168.1.20:554/stream1.',
  'address.port-zero': 'There is no port 0. Leave the port out: it is usually 554.',
  'address.host-late':
    'There is an @ after the host. A password with / ? or # goes into the field for it. An @ that belongs to the path is written %40.',
  'address.escape-unclear':
    'A % in the user name or password may be a plain character or the start of an escape. Type such a password into the field for it, or write %25 for the %.',
  'address.cut-off':
    'A # after a password cuts off the rest of it. Write %23 for a # that belongs to the password.',
  'address.credentials-too-long':
    'User name or password in the address are longer than 256 characters. Check both.',
  'address.same-twice':
    'Main and sub stream have the same address. Leave the sub stream out where the camera has only one.',

  'find.password-needed': 'The camera asks for a user name and a password',
  'find.password-needed.do':
    'Fill in both: the ones that you use for the camera’s own page. Some cameras need a separate user for RTSP or ONVIF.',
  'find.wrong-password': 'The camera refuses this user name and password',
  'find.wrong-password.do':
    'Check both, including upper and lower case. We tried only once, so that the camera does not lock the user. After several wrong attempts many cameras lock for half an hour.',
  'find.unreachable': 'Nothing answers at {{ address }}',
  'find.unreachable.do':
    'Check that the camera has power and network, that the address is right, and that RTSP is switched on in the camera (usually port 554). If it has another port, write it after the address: 192.168.1.20:8554.',
  'find.address-blocked': 'No camera can be at {{ address }}',
  'find.address-blocked.do':
    'It is an address of this machine itself, of its cloud or of a tunnel, or not the address of one device. Enter the address of the camera in its network.',
  'find.not-rtsp': 'Something answers at {{ address }}, but not with camera streams',
  'find.not-rtsp.do':
    'That may be the camera’s web page (port 80), or another device. Leave the port out, or give the RTSP port, which is usually 554.',
  'find.refused': 'The camera refuses to send its streams',
  'find.refused.do':
    'The technical detail below says what it answered. Close other programs that watch the camera, or check the permissions of this user in it.',
  'find.no-known-stream': 'A camera answers, but none of the known stream addresses works',
  'find.no-known-stream.do':
    'Look for “RTSP” in the camera’s manual, and enter the full address under “By RTSP address”.',
  'find.error': 'The search did not work',
  'find.error.do': 'Try again. The technical detail below says what happened.',
  'find.tried.one': 'Tried {{ count }} address.',
  'find.tried.other': 'Tried {{ count }} addresses.',

  'test.browser': 'In browsers',
  'test.browser.both': 'shown live by all browsers, with the least delay',
  'test.browser.mse': 'shown live, with a second of delay',
  'test.browser.h265': 'shown live where the browser plays H.265, with a second of delay',
  'test.browser.none': 'recorded, but not shown live by browsers',
  'test.keyframes': 'Keyframes',
  'test.everySeconds': 'every {{ seconds }} s',
  'test.advice': 'What could be better',

  'file.lead':
    'For many cameras: a table as CSV, one camera per line. Every line is tested before anything is added.',
  'file.columns':
    'Columns: name, and either address (streams are found) or url (RTSP). Optional: subUrl, username, password, retention days, enabled, time zone.',
  'file.sample': 'Download a sample',
  'file.choose': 'Choose a file',
  'file.paste': 'Or paste the lines here',
  'file.check': 'Test every line',
  'file.checking': 'Testing {{ done }} of {{ count }}…',
  'file.import.one': 'Add {{ count }} camera',
  'file.import.other': 'Add {{ count }} cameras',
  'file.importing': 'Adding…',
  'file.line': 'Line {{ line }}',
  'file.terminal': 'The same in a terminal, with a dry run first:',
  'file.fault': 'needs correction',
  'file.notFound': 'not found',
  'file.wait': 'waiting',
  'file.testing': 'testing…',
  'file.good': 'works',
  'file.added': 'added',
  'file.empty': 'There is no camera in this text.',
  'file.tooMany': 'At most {{ count }} lines at once. Split the file.',
  'file.noHeader':
    'The first line must name the columns: name, and address or url. Download the sample to start from.',
  'file.unknownColumn': 'There is no column “{{ column }}”.',
  'file.malformed':
    'This line cannot be read. Put a value that contains a quotation mark between quotation marks, and double the mark within it.',
  'file.quote': 'A quotation mark is not closed.',
  'file.noName': 'The name is missing.',
  'file.noTarget': 'Address and url are both missing.',
  'file.notEnabled': 'Write yes or no instead of “{{ value }}” for whether it is recorded.',
  'file.notZone': 'There is no time zone “{{ value }}”. Write one like America/Sao_Paulo.',
  'file.twoTargets': 'Enter address or url, not both.',
  'file.badAddress':
    'The address is not valid: enter the number (192.168.1.20) or the name of the camera.',
  'file.columnCount': 'This line has {{ found }} fields instead of {{ expected }}.',
  'file.twice': 'This camera is already in line {{ line }}.',
  'file.exists': 'The camera “{{ name }}” already has this address.',
  'file.onlyGood': 'Lines with a mistake are left out until they are corrected.',
  'file.tooLarge': 'The file is larger than 8 MB.',
  'file.workbook':
    'This is a workbook. Save it in the spreadsheet as “CSV UTF-8” and choose that file.',
  'file.notText': 'This is not text. Save the table as CSV and choose that file.',
  'file.notReadable':
    'The browser could not read the file. Check that it is still there and that you may open it, and choose it again.',
  'file.ansi': 'The file is not UTF-8 and was read as Windows-1252: check names with accents.',
  'file.correct': 'Correct',
  'file.corrected': 'Done',
  'file.place': 'Address or RTSP address',
  'file.anyway': 'Add anyway',
  'file.anywayOf': 'Add anyway: {{ name }}',
  'file.correctOf': 'Correct line {{ line }}',
  'file.doubt': 'duplicate?',
  'add.sameAddress.one':
    'The camera “{{ names }}” already has this address. Add it again only if that is what you want.',
  'add.sameAddress.other':
    'The cameras {{ names }} already have this address. Add it again only if that is what you want.',
  'add.giveUrl': 'Enter its RTSP address instead',
  'add.discard': 'Discard what was entered?',
  'add.discard.no': 'Keep editing',
  'add.discard.yes': 'Discard',
  'test.h265': 'This browser cannot play H.265',
  'test.h265.do':
    'The camera is recorded as it is, but this browser shows neither its live view nor its recordings. Set this stream to H.264 in the camera, or add a sub stream in H.264 for live view.',
  'test.h265.liveBySub':
    'Live view uses the sub stream. Recordings are complete, but this browser cannot play them: download them, use a browser with H.265, or set this stream to H.264 in the camera.',
} as const;
