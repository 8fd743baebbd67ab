package dev.rivulet.inference.completion;

import dev.rivulet.inference.contract.Usage;
import java.nio.charset.StandardCharsets;

/**
 * The server-sent events of one answer, written from a template: what is the same in every chunk is made once. For one thread at
 * a time.
 */
final class Frames {

    private static final byte[] PING = ": ping\n\n".getBytes(StandardCharsets.UTF_8);

    private final boolean chat;
    private final String head;
    private final String tail;
    private boolean opened;

    /** @param usage whether a usage chunk comes at the end, so that every other chunk carries {@code "usage":null} */
    Frames(boolean chat, String id, long created, String model, boolean usage) {
        this.chat = chat;
        String object = chat ? "chat.completion.chunk" : "text_completion";
        this.head = "data: {\"id\":\"" + id + "\",\"object\":\"" + object + "\",\"created\":" + created + ",\"model\":"
                + JsonText.quoted(model) + ",\"choices\":[";
        this.tail = usage ? ",\"usage\":null}\n\n" : "}\n\n";
    }

    static byte[] ping() {
        return PING.clone();
    }

    /** The chunks that {@code text} becomes; the first ones open the answer. */
    StringBuilder text(String text) {
        StringBuilder frames = new StringBuilder(head.length() + text.length() + 128);
        if (!opened && chat) {
            frames.append(head)
                    .append("{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},")
                    .append("\"logprobs\":null,\"finish_reason\":null}]")
                    .append(tail);
        }
        opened = true;
        if (!text.isEmpty()) {
            frames.append(head).append(chat ? "{\"index\":0,\"delta\":{\"content\":\"" : "{\"index\":0,\"text\":\"");
            JsonText.escape(text, frames);
            frames.append(chat ? "\"}" : "\"")
                    .append(",\"logprobs\":null,\"finish_reason\":null}]")
                    .append(tail);
        }
        return frames;
    }

    /** The chunk that says why the answer ended. */
    void finish(String reason, StringBuilder frames) {
        frames.append(head)
                .append(chat ? "{\"index\":0,\"delta\":{}" : "{\"index\":0,\"text\":\"\"")
                .append(",\"logprobs\":null,\"finish_reason\":\"")
                .append(reason)
                .append("\"}]")
                .append(tail);
    }

    /** The chunk without choices that carries the usage. */
    void usage(Usage usage, StringBuilder frames) {
        frames.append(head)
                .append("],\"usage\":{\"prompt_tokens\":")
                .append(usage.promptTokens())
                .append(",\"completion_tokens\":")
                .append(usage.completionTokens())
                .append(",\"total_tokens\":")
                .append(usage.totalTokens())
                .append(",\"prompt_tokens_details\":{\"cached_tokens\":")
                .append(usage.promptTokensDetails().cachedTokens())
                .append("}}}\n\n");
    }

    /** A comment with the stage times, then the end of the stream. */
    static void done(String serverTiming, StringBuilder frames) {
        frames.append(": server-timing ").append(serverTiming).append("\n\ndata: [DONE]\n\n");
    }
}
