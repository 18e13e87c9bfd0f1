import type { Page } from 'playwright-core';
import type { WhepAnswer } from './mock-live.ts';
import { FRAME_RATE, STRIP_BITS, STRIP_BLOCK_PX } from './mock-media.ts';

/** A page that sends a drawn picture by WebRTC: frame numbers as blocks along the top edge. */
export async function whepSender(page: Page): Promise<WhepAnswer> {
  await page.evaluate(
    ([bits, block, rate]) => {
      const canvas = document.createElement('canvas');
      canvas.width = 640;
      canvas.height = 360;
      const drawing = canvas.getContext('2d');
      let frame = 0;
      setInterval(() => {
        frame++;
        if (drawing === null) return;
        drawing.fillStyle = `hsl(${frame % 360} 40% 40%)`;
        drawing.fillRect(0, 0, 640, 360);
        for (let bit = 0; bit < bits; bit++) {
          drawing.fillStyle = Math.floor(frame / 2 ** bit) % 2 === 1 ? '#fff' : '#000';
          drawing.fillRect(bit * block, 0, block, block);
        }
      }, 1000 / rate);
      const [track] = canvas.captureStream(rate).getVideoTracks();
      if (track === undefined) throw new Error('The canvas has no track.');
      const answer = async (sdp: string): Promise<string> => {
        const peer = new RTCPeerConnection();
        await peer.setRemoteDescription({ type: 'offer', sdp });
        const [video] = peer.getTransceivers();
        if (video === undefined) throw new Error('The offer has no video.');
        video.direction = 'sendonly';
        await video.sender.replaceTrack(track);
        await peer.setLocalDescription();
        while (peer.iceGatheringState !== 'complete') {
          await new Promise((done) => {
            peer.addEventListener('icegatheringstatechange', done, { once: true });
          });
        }
        return peer.localDescription?.sdp ?? '';
      };
      Object.assign(window, { answer });
    },
    [STRIP_BITS, STRIP_BLOCK_PX, FRAME_RATE] as const,
  );
  return (offer) =>
    page.evaluate(
      (sdp) => (window as unknown as { answer(sdp: string): Promise<string> }).answer(sdp),
      offer,
    );
}
