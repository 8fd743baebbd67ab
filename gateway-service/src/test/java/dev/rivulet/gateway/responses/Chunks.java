// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import tools.jackson.databind.json.JsonMapper;

/** Chat completions as replicas answer them, for tests. */
public final class Chunks {

    static final String DONE = "data: [DONE]\n\n";
    static final String ROLE = delta("{\"role\":\"assistant\",\"content\":\"\"}");
    static final String USAGE =
            "data: {\"id\":\"chatcmpl-7\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],"
                    + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":3,\"total_tokens\":13,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":4}}}\n\n";

    private Chunks() {}

    static String text(String text) {
        return delta("{\"content\":" + JsonMapper.shared().writeValueAsString(text) + "}");
    }

    static String delta(String delta) {
        return chunk(delta, "null");
    }

    static String end(String finish) {
        return chunk("{}", "\"" + finish + "\"");
    }

    static String call(int index, String id, String name, String arguments) {
        return delta("{\"tool_calls\":[{\"index\":" + index + ",\"id\":\"" + id
                + "\",\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"arguments\":"
                + JsonMapper.shared().writeValueAsString(arguments) + "}}]}");
    }

    static String more(int index, String arguments) {
        return delta("{\"tool_calls\":[{\"index\":" + index + ",\"function\":{\"arguments\":"
                + JsonMapper.shared().writeValueAsString(arguments) + "}}]}");
    }

    private static String chunk(String delta, String finish) {
        return "data: {\"id\":\"chatcmpl-7\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                + "[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}\n\n";
    }

    /** A whole completion with a message of these fields. */
    public static String whole(String message, String finish) {
        return """
                {"id":"chatcmpl-7","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":\
                {"role":"assistant",%s},"logprobs":null,"finish_reason":"%s"}],"usage":\
                {"prompt_tokens":10,"completion_tokens":3,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":4}}}""".formatted(message, finish);
    }
}
