// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.speech;

import dev.rivulet.audio.Waveform;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to {@code /v1/audio/stream} at the pace of speech, and takes the time from the last sound to the command. */
final class SpokenStream implements AutoCloseable {

    private static final int CHUNK = 1_600;
    private static final long CHUNK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PATIENCE_SECONDS = 30;

    private final HttpClient http = HttpClient.newHttpClient();
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    /** @param gateway such as {@code http://127.0.0.1:8080} */
    SpokenStream(String gateway, String key) throws InterruptedException, IOException {
        URI url = URI.create(gateway.replaceFirst("^http", "ws") + "/v1/audio/stream");
        try {
            socket = http.newWebSocketBuilder()
                    .header("authorization", "Bearer " + key)
                    .buildAsync(url, new Events())
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            http.close();
            throw new IOException("no stream at " + url + ": " + e, e);
        }
    }

    /**
     * Speaks and waits for the command.
     *
     * @return nanoseconds from the last chunk, and the word to end the utterance with it, to the command; −1 where no utterance was found
     */
    long speak(Waveform sound) throws InterruptedException, IOException {
        events.clear();
        long next = System.nanoTime();
        float[] samples = sound.samples();
        boolean told = false;
        for (int at = 0; at < samples.length; at += CHUNK) {
            send(samples, at, Math.min(CHUNK, samples.length - at));
            next += CHUNK_NANOS;
            while (System.nanoTime() < next) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
            told |= await("command", 0) != null;
        }
        if (told) {
            return -1;
        }
        long last = System.nanoTime();
        socket.sendText("{\"type\":\"commit\"}", true).join();
        return await("command", 2) == null ? -1 : System.nanoTime() - last;
    }

    private void send(float[] samples, int from, int count) {
        ByteBuffer pcm = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = from; i < from + count; i++) {
            pcm.putShort((short) Math.clamp(Math.round(samples[i] * 32768f), Short.MIN_VALUE, Short.MAX_VALUE));
        }
        socket.sendBinary(pcm.flip(), true).join();
    }

    private @Nullable JsonNode await(String type, long seconds) throws InterruptedException, IOException {
        for (JsonNode event = events.poll(seconds, TimeUnit.SECONDS);
                event != null;
                event = events.poll(seconds, TimeUnit.SECONDS)) {
            String kind = event.path("type").asString("");
            if (kind.equals("error")) {
                throw new IOException("the stream says " + event);
            }
            if (kind.equals(type)) {
                return event;
            }
        }
        return null;
    }

    @Override
    public void close() {
        socket.abort();
        http.close();
    }

    /** Takes events, one at a time. */
    private final class Events implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add(JsonMapper.shared().readTree(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
