/** Texts of the health page, in English. Alerts by code: what happened, and (`.do`) what to do. */
export const healthEn = {
  'health.title': 'Health',
  'health.allWell': 'All is well',
  'health.allWellHint': 'Everything that should be recorded is recorded.',
  'health.noAlert': 'No alert is open',
  'health.noAlertHint':
    'But not every camera sends pictures: see below. If that lasts, it becomes an alert.',
  'health.loading': 'Loading the state of the system…',
  'health.alerts': 'Alerts',
  'health.alerts.open': 'Open',
  'health.alerts.all': 'History',
  'health.alerts.which': 'Which alerts',
  'health.noHistory': 'Nothing has happened yet',
  'health.since': 'since {{ time }} · {{ length }}',
  'health.was': '{{ from }} · lasted {{ length }}',
  'health.over': 'over',
  'health.more': 'Show more',
  'health.toCamera': 'Open camera',
  'health.openCount.one': '{{ count }} open alert',
  'health.openCount.other': '{{ count }} open alerts',
  'health.cameras': 'Cameras',
  'health.camerasNone': 'No cameras yet.',
  'health.volumes': 'Disks',
  'health.volumesNone': 'The system does not know of any disk right now.',
  'health.services': 'Parts of the system',
  'health.room': 'Room for {{ days }}; the goal is {{ promised }}.',
  'health.rate': 'At the current rate, {{ perDay }} are recorded per day.',
  'health.keeps': 'Keeps {{ days }} of {{ promised }}',
  'health.forecastDays.one': '{{ count }} day',
  'health.forecastDays.other': '{{ count }} days',
  'health.forecastAbout': 'about {{ days }}',
  'health.forecastLess': 'less than a day',

  'service.ingest': 'Cameras',
  'service.ingest.does': 'takes the pictures from the cameras',
  'service.storage': 'Recording',
  'service.storage.does': 'writes, finds and deletes recordings',
  'service.stream': 'Live view',
  'service.stream.does': 'brings live pictures to browsers',
  'service.api': 'Control',
  'service.api.does': 'keeps cameras, users and alerts',
  'service.gateway': 'Front door',
  'service.gateway.does': 'serves this page',

  'alert.acknowledgements.late': 'Disk {{ subject }} confirms recordings late',
  'alert.acknowledgements.late.do':
    'The disk is too slow or too busy; if the power failed now, more than the last second would be lost. Move other work off it, record fewer cameras on it, or use a faster disk.',
  'alert.camera.down': '{{ subject }} sends no pictures',
  'alert.camera.down.do': 'Look at the camera: its page says why, and what to do.',
  'alert.camera.not-recording': '{{ subject }} is not being recorded',
  'alert.camera.not-recording.do':
    'The camera sends pictures, but none reach the disk. Look at the disks below and at “Recording” among the parts of the system.',
  'alert.camera.recording-damaged':
    'Recordings of {{ subject }} were deleted or changed by another program',
  'alert.camera.recording-damaged.do':
    'Another program or person deleted, moved or changed files on the disk while they were recorded. Recording continues in a new file. Find out who has access to the disk.',
  'alert.camera.undecodable': 'The recording of {{ subject }} cannot be decoded',
  'alert.camera.undecodable.do':
    'Play a recording from today. Check in the camera whether it encrypts its video, and restart it. Recording continues.',
  'alert.certificate.expired': 'The certificate of this page expired on {{ expiresAt }}',
  'alert.certificate.expired.do':
    'Browsers refuse the page or warn of it; recording goes on. Renew the certificate: the new files are used within a minute.',
  'alert.certificate.expiring': 'The certificate of this page expires on {{ expiresAt }}',
  'alert.certificate.expiring.do':
    'It should have been renewed by now. Look at what renews it (certbot, acme.sh); the new files are used within a minute.',
  'alert.deletion.pending': 'Recordings of deleted cameras are waiting to be deleted',
  'alert.deletion.pending.do':
    'Retrying automatically. If it lasts, check whether a disk is missing or read-only.',
  'alert.service.degraded': '{{ subject }} works with limits',
  'alert.service.degraded.do': 'Recordings go on. The technical detail says what is limited.',
  'alert.service.failing': '{{ subject }} does not work',
  'alert.service.failing.do':
    'Retrying automatically. If it lasts, the detail and the log say why: “journalctl -u vms”, or the terminal in which it was started.',
  'alert.service.unreachable': '{{ subject }} does not answer',
  'alert.service.unreachable.do':
    'It is restarted automatically within seconds. If it lasts, restart the system and look into its log.',
  'alert.volume.failing': 'Writing to disk {{ subject }} fails',
  'alert.volume.failing.do':
    'Cameras record on the other disks, if there are any. The disk may be broken: look into the system’s log (“dmesg”), save what you need, and replace it.',
  'alert.volume.filling': 'Disk {{ subject }} cannot keep recordings as long as configured',
  'alert.volume.filling.do':
    'The oldest recordings are deleted early. Record in lower quality, keep fewer days, or add a disk.',
  'alert.volume.full': 'Disk {{ subject }} is full',
  'alert.volume.full.do':
    'There is nothing more to delete, so nothing is recorded on it. Free space: other files may have taken it. Recording continues automatically.',
  'alert.volume.hung': 'Disk {{ subject }} does not answer',
  'alert.volume.hung.do':
    'Check the cable, or the network of a network disk. Recording resumes automatically when it answers.',
  'alert.volume.in-use': 'Disk {{ subject }} is in use by another system',
  'alert.volume.in-use.do':
    'Another system records to the same folder. Stop it, or choose another folder here. Recording starts automatically.',
  'alert.volume.missing': 'Disk {{ subject }} is missing',
  'alert.volume.missing.do':
    'Check that it is connected and mounted. Recording resumes automatically when it is back; what was recorded on it is safe there.',

  'channels.title': 'Notifications',
  'channels.lead': 'Alerts are shown here, and sent to:',
  'channels.none': 'Alerts are only shown here',
  'channels.noneHint':
    'To have them sent by mail or to another program, configure where in vms.yaml, for instance:',
  'channels.webhook': 'Webhook',
  'channels.mail': 'Mail',
  'channels.delivered': 'last delivered {{ time }}',
  'channels.never': 'nothing delivered yet',
  'channels.waiting.one': '{{ count }} waiting',
  'channels.waiting.other': '{{ count }} waiting',
  'channels.failed': 'The last delivery failed: {{ error }}',
  'channels.test': 'Send a test',
  'channels.testing': 'Sending…',
  'channels.testGood': 'The test arrived.',
  'channels.testBad': 'The test did not arrive: {{ detail }}',
} as const;
