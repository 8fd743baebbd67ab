// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.contract.Usage;
import java.nio.charset.StandardCharsets;

/**
 * The server-sent events of one request's answers, written from a template: what is the same in every chunk is made once. For one
 * thread at a time.
 */
final class Frames {

    /** No log probabilities. */
    static final String NULL = "null";

    private static final byte[] PING = ": ping\n\n".getBytes(StandardCharsets.UTF_8);

    private final boolean chat;
    private final String head;
    private final String tail;
    private final boolean[] opened;

    /**
     * @param usage whether a usage chunk comes at the end, so that every other chunk carries {@code "usage":null}
     * @param choices number of answers
     */
    Frames(boolean chat, String id, long created, String model, boolean usage, int choices) {
        this.chat = chat;
        this.opened = new boolean[choices];
        String object = chat ? "chat.completion.chunk" : "text_completion";
        this.head = "data: {\"id\":\"" + id + "\",\"object\":\"" + object + "\",\"created\":" + created + ",\"model\":"
                + JsonText.quoted(model) + ",\"choices\":[{\"index\":";
        this.tail = usage ? ",\"usage\":null}\n\n" : "}\n\n";
    }

    static byte[] ping() {
        return PING.clone();
    }

    /** The chunk that opens an answer, once; whether this is that time. */
    boolean open(int index, StringBuilder frames) {
        if (!opened[index] && chat) {
            frames.append(head)
                    .append(index)
                    .append(",\"delta\":{\"role\":\"assistant\",\"content\":\"\"},")
                    .append("\"logprobs\":null,\"finish_reason\":null}]")
                    .append(tail);
        }
        boolean first = !opened[index];
        opened[index] = true;
        return first;
    }

    /** The chunk of some text. */
    void text(int index, String text, String logprobs, StringBuilder frames) {
        frames.append(head).append(index).append(chat ? ",\"delta\":{\"content\":\"" : ",\"text\":\"");
        JsonText.escape(text, frames);
        frames.append(chat ? "\"}" : "\"")
                .append(",\"logprobs\":")
                .append(logprobs)
                .append(",\"finish_reason\":null}]")
                .append(tail);
    }

    /** The chunk in which a call of a tool begins. */
    void call(int index, int call, String id, String name, StringBuilder frames) {
        frames.append(head)
                .append(index)
                .append(",\"delta\":{\"tool_calls\":[{\"index\":")
                .append(call)
                .append(",\"id\":\"")
                .append(id)
                .append("\",\"type\":\"function\",\"function\":{\"name\":")
                .append(JsonText.quoted(name))
                .append(",\"arguments\":\"\"}}]},\"logprobs\":null,\"finish_reason\":null}]")
                .append(tail);
    }

    /** The chunk of a piece of a call's arguments. */
    void arguments(int index, int call, String piece, StringBuilder frames) {
        frames.append(head)
                .append(index)
                .append(",\"delta\":{\"tool_calls\":[{\"index\":")
                .append(call)
                .append(",\"function\":{\"arguments\":\"");
        JsonText.escape(piece, frames);
        frames.append("\"}}]},\"logprobs\":null,\"finish_reason\":null}]").append(tail);
    }

    /** The chunk that says why an answer ended. */
    void finish(int index, String reason, StringBuilder frames) {
        frames.append(head)
                .append(index)
                .append(chat ? ",\"delta\":{}" : ",\"text\":\"\"")
                .append(",\"logprobs\":null,\"finish_reason\":\"")
                .append(reason)
                .append("\"}]")
                .append(tail);
    }

    /** The chunk without choices that carries the usage. */
    void usage(Usage usage, StringBuilder frames) {
        frames.append(head, 0, head.length() - "{\"index\":".length())
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
