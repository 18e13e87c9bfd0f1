/** Texts of adding cameras, in English. */
export const addEn = {
  'add.title': 'Add cameras',
  'add.way': 'How to add',
  'add.way.address': 'By address',
  'add.way.url': 'By RTSP address',
  'add.way.file': 'From a file',
  'add.address.lead':
    'The camera’s address in your network, and the user name and password with which you open its own page. The rest is found by itself.',
  'add.address': 'Address',
  'add.addressHint': 'For instance 192.168.1.20, with a port only where it is not the usual one.',
  'add.addressWrong':
    'This is no address: give the number (192.168.1.20) or the name of the camera, and nothing after it.',
  'add.addressIsUrl': 'This is a full RTSP address. It belongs under “By RTSP address”.',
  'add.useUrl': 'Use it there',
  'add.find': 'Find camera',
  'add.finding': 'Looking…',
  'add.findingAt': 'Looking for the streams of {{ address }} · {{ time }}',
  'add.findingHint':
    'We log in once and try what each maker uses: Intelbras, Hikvision, Dahua, Axis, Reolink, TP-Link and others. It takes up to half a minute.',
  'add.found': 'Found',
  'add.foundOf': 'Found: a camera of {{ maker }}',
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
    'The address contains a space or an invisible character. Delete it, or type the address.',
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
    'A part that looks like a host comes too late. A password with / ? # or @ goes into the field for it.',
  'address.credentials-too-long':
    'User name or password in the address are longer than 256 characters. Check both.',
  'address.same-twice':
    'Main and sub stream have the same address. Leave the sub stream out where the camera has only one.',

  'find.password-needed': 'The camera asks for a user name and a password',
  'find.password-needed.do':
    'Fill in both: those with which you open the camera’s own page. Some cameras want a user of their own for RTSP or ONVIF.',
  'find.wrong-password': 'The camera refuses this user name and password',
  'find.wrong-password.do':
    'Check both, also upper and lower case. We tried only once, so that the camera does not lock the user. After several wrong attempts many cameras lock for half an hour.',
  'find.unreachable': 'Nothing answers at {{ address }}',
  'find.unreachable.do':
    'Check that the camera has power and network, that the address is right, and that RTSP is switched on in the camera (usually port 554). If it has another port, write it after the address: 192.168.1.20:8554.',
  'find.address-blocked': 'No camera can be at {{ address }}',
  'find.address-blocked.do':
    'It is an address of this machine itself, or of no single device. Give the address of the camera in its network.',
  'find.not-rtsp': 'Something answers at {{ address }}, but not with camera streams',
  'find.not-rtsp.do':
    'That may be the camera’s web page (port 80), or another device. Leave the port out, or give the RTSP port, which is usually 554.',
  'find.refused': 'The camera lets nobody in right now',
  'find.refused.do':
    'It may have as many viewers as it can have, or this user may not watch. Close other programs that watch the camera, or check the user’s rights in the camera.',
  'find.no-known-stream': 'A camera answers, but its streams have no address that we know',
  'find.no-known-stream.do':
    'Look for “RTSP” in the camera’s manual, and give the full address under “By RTSP address”.',
  'find.error': 'The search did not work',
  'find.error.do': 'Try again. The technical detail below says what happened.',
  'find.tried.one': 'Tried {{ count }} address.',
  'find.tried.other': 'Tried {{ count }} addresses.',

  'test.browser': 'In browsers',
  'test.browser.both': 'shown live by all browsers, with the least delay',
  'test.browser.mse': 'shown live, with a second of delay',
  'test.browser.none': 'recorded, but not shown live by browsers',
  'test.keyframes': 'Keyframes',
  'test.everySeconds': 'every {{ seconds }} s',
  'test.advice': 'What could be better',

  'file.lead':
    'For many cameras: a table as CSV, one camera a line. Every line is tested before anything is added.',
  'file.columns':
    'Columns: name, and either address (streams are found) or url (RTSP). Optional: subUrl, username, password.',
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
  'file.fault': 'to correct',
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
    'This cannot be understood. A quotation mark within a value is doubled, and the value stands between marks.',
  'file.quote': 'A quotation mark is not closed.',
  'file.noName': 'The name is missing.',
  'file.noTarget': 'Address and url are both missing.',
  'file.twoTargets': 'Give address or url, not both.',
  'file.badAddress':
    'The address is not valid: give the number (192.168.1.20) or the name of the camera.',
  'file.columnCount': 'This line has {{ found }} fields instead of {{ expected }}.',
  'file.twice': 'The same camera stands in line {{ line }} already.',
  'file.exists': 'A camera with this address is there already.',
  'file.onlyGood': 'Lines with a mistake are left out. Correct them and test again.',
} as const;
