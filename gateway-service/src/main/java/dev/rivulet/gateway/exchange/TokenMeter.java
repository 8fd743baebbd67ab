// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at the bytes of one answer as they pass: how many tokens it took and how long it waited at the replica. It keeps only
 * the last kilobyte, where both stand: the usage object of an answer or of the chunk before {@code data: [DONE]}, and the
 * comment {@code : server-timing} of a stream. Without usage an event of a stream counts as a token. For one thread at a time.
 */
public final class TokenMeter {

    private static final int TAIL = 1_024;
    private static final int BYTES_A_TOKEN = 4;
    private static final int LINES_AN_EVENT = 2;
    /** The chunk that opens an answer, the one that says why it ended, and the end of the stream. */
    private static final int EVENTS_WITHOUT_TOKENS = 3;

    private static final Pattern PROMPT = Pattern.compile("\"prompt_tokens\"\\s*:\\s*(\\d{1,9})");
    private static final Pattern COMPLETION = Pattern.compile("\"completion_tokens\"\\s*:\\s*(\\d{1,9})");
    private static final Pattern TOTAL = Pattern.compile("\"total_tokens\"\\s*:\\s*(\\d{1,9})");
    private static final Pattern QUEUE = Pattern.compile("(?:^|[ ,])queue;dur=(\\d{1,9}(?:\\.\\d{1,6})?)");
    private static final Pattern USAGE = Pattern.compile("\"usage\"\\s*:\\s*\\{");
    private static final String TIMING = "\n: server-timing ";
    private static final double NANOS_A_MILLI = 1e6;

    private final boolean stream;
    private final byte[] tail = new byte[TAIL];
    private int length;
    private long lines;

    /** @param stream whether the answer is server-sent events */
    public TokenMeter(boolean stream) {
        this.stream = stream;
    }

    /** Looks at some bytes and leaves them as they are. */
    public void see(ByteBuf bytes) {
        if (stream) {
            count(bytes);
        }
        int more = Math.min(TAIL, bytes.readableBytes());
        int kept = Math.min(length, TAIL - more);
        System.arraycopy(tail, length - kept, tail, 0, kept);
        bytes.getBytes(bytes.writerIndex() - more, tail, kept, more);
        length = kept + more;
    }

    /** The tokens that a request is thought to have where nobody has counted them. */
    public static long guess(byte[] request) {
        return request.length / BYTES_A_TOKEN;
    }

    /** Whether bytes hold content of an answer, and not only a keep-alive comment or nothing. */
    public static boolean isContent(ByteBuf bytes) {
        return bytes.isReadable() && bytes.getByte(bytes.readerIndex()) != ':';
    }

    /**
     * The tokens that the answer took so far.
     *
     * @param promptEstimate what the prompt counts for if the replica does not say
     */
    public long tokens(long promptEstimate) {
        String text = tail();
        int usage = lastUsage(text);
        if (usage < 0) {
            long events = lines / LINES_AN_EVENT;
            return promptEstimate + Math.max(0, events - EVENTS_WITHOUT_TOKENS);
        }
        String object = text.substring(usage);
        OptionalLong total = number(TOTAL, object);
        return total.isPresent()
                ? total.getAsLong()
                : number(PROMPT, object).orElse(promptEstimate)
                        + number(COMPLETION, object).orElse(0);
    }

    /** How long it waited at the replica in nanoseconds, if the replica said so at the end of its stream. */
    public OptionalLong queued() {
        String text = tail();
        int at = text.lastIndexOf(TIMING);
        return at < 0 ? OptionalLong.empty() : queued(text.substring(at + TIMING.length()));
    }

    /** The stage {@code queue} of a {@code Server-Timing} header, in nanoseconds. */
    public static OptionalLong queued(String serverTiming) {
        Matcher queue = QUEUE.matcher(serverTiming);
        return queue.find()
                ? OptionalLong.of((long) (Double.parseDouble(queue.group(1)) * NANOS_A_MILLI))
                : OptionalLong.empty();
    }

    private void count(ByteBuf bytes) {
        int end = bytes.writerIndex();
        for (int at = bytes.readerIndex(); at < end; at++) {
            at = bytes.indexOf(at, end, (byte) '\n');
            if (at < 0) {
                return;
            }
            lines++;
        }
    }

    private static int lastUsage(String text) {
        Matcher usage = USAGE.matcher(text);
        int last = -1;
        while (usage.find()) {
            last = usage.start();
        }
        return last;
    }

    private static OptionalLong number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? OptionalLong.of(Long.parseLong(found.group(1))) : OptionalLong.empty();
    }

    private String tail() {
        return new String(tail, 0, length, StandardCharsets.ISO_8859_1);
    }
}
