// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A replica without a model: OpenAI's streamed chats over HTTP, with the prefix cache, the slots and the times of one. A prompt
 * is cut into blocks of 16 words, each hash covering all before it; a slot keeps those of the last prompt that it had; what the
 * slot with the longest common beginning holds need not be computed, but for the last block. Prefill is one prompt at a time.
 */
final class ModelReplica implements AutoCloseable {

    private static final int BLOCK = 16;

    private final HttpServer server;
    private final Semaphore free;
    private final ReentrantLock prefill = new ReentrantLock(true);
    private final Map<Long, long[]> kept;
    private final Duration prefillToken;
    private final Duration decodeToken;
    private final int answerTokens;

    /**
     * Starts one on a port of the system's choice.
     *
     * @param slots that run or keep a prefix
     * @param prefillToken time of a word of a prompt
     * @param decodeToken time between words of an answer
     * @param answerTokens words of an answer
     */
    ModelReplica(int slots, Duration prefillToken, Duration decodeToken, int answerTokens) throws IOException {
        this.free = new Semaphore(slots, true);
        this.prefillToken = prefillToken;
        this.decodeToken = decodeToken;
        this.answerTokens = answerTokens;
        this.kept = new LinkedHashMap<>(slots, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, long[]> eldest) {
                return size() > slots;
            }
        };
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/models", ModelReplica::models);
        server.createContext("/v1/chat/completions", this::chat);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void models(HttpExchange exchange) throws IOException {
        json(exchange, "{\"object\":\"list\",\"data\":[{\"id\":\"" + PacedUpstream.MODEL + "\"}]}");
    }

    private static void json(HttpExchange exchange, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void chat(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body =
                    JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
            if (!body.path("stream").asBoolean(false)) {
                json(exchange, "{\"choices\":[]}");
                return;
            }
            StringBuilder prompt = new StringBuilder();
            body.path("messages")
                    .forEach(message ->
                            prompt.append(message.path("content").asString("")).append(' '));
            free.acquireUninterruptibly();
            try {
                answer(exchange, prompt.toString().split(" "));
            } finally {
                free.release();
            }
        }
    }

    private void answer(HttpExchange exchange, String[] words) throws IOException {
        int cached;
        prefill.lock();
        try {
            cached = take(blocks(words)) * BLOCK;
            LockSupport.parkNanos(prefillToken.toNanos() * (words.length - cached));
        } finally {
            prefill.unlock();
        }
        exchange.getResponseHeaders().set("content-type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        for (int i = 0; i < answerTokens; i++) {
            write(out, "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"word \"}}]}");
            LockSupport.parkNanos(decodeToken.toNanos());
        }
        write(out, "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
        write(
                out,
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":" + words.length
                        + ",\"prompt_tokens_details\":{\"cached_tokens\":" + cached + "}}}");
        write(out, "[DONE]");
    }

    private static void write(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Blocks that need not be computed; the prompt is kept in the place of the one unused for longest. */
    private synchronized int take(long[] blocks) {
        int best = 0;
        Long nearest = null;
        for (Map.Entry<Long, long[]> one : kept.entrySet()) {
            int common = common(one.getValue(), blocks);
            if (common > best) {
                best = common;
                nearest = one.getKey();
            }
        }
        if (nearest != null) {
            kept.get(nearest);
        }
        if (blocks.length > 0) {
            kept.put(blocks[blocks.length - 1], blocks);
        }
        return Math.max(0, Math.min(best, blocks.length - 1));
    }

    private static int common(long[] one, long[] other) {
        int common = 0;
        while (common < Math.min(one.length, other.length) && one[common] == other[common]) {
            common++;
        }
        return common;
    }

    private static long[] blocks(String[] words) {
        long[] blocks = new long[words.length / BLOCK];
        long hash = 1;
        for (int i = 0; i < blocks.length * BLOCK; i++) {
            hash = hash * 0x9E3779B97F4A7C15L + words[i].hashCode();
            if ((i + 1) % BLOCK == 0) {
                blocks[i / BLOCK] = hash;
            }
        }
        return blocks;
    }
}
