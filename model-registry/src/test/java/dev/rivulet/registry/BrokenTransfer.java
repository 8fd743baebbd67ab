// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/** Sends and reads a generated blob over connections that break at every tenth of it. */
final class BrokenTransfer implements AutoCloseable {

    private static final Duration FINISHING = Duration.ofMinutes(45);

    private static final int MOST_TRIES = 400;

    private final CuttingProxy network;
    private final Client client;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String sha256;
    private final long size;
    private final Runnable atHalf;

    /** @param atHalf what happens once, when half of the upload is there */
    BrokenTransfer(int port, String sha256, long size, Runnable atHalf) throws IOException {
        this.network = new CuttingProxy(port);
        this.client = new Client(network.port());
        this.sha256 = sha256;
        this.size = size;
        this.atHalf = atHalf;
    }

    CuttingProxy network() {
        return network;
    }

    /** Uploads; says the status of the end. */
    int upload() {
        String location = open().header("location");
        long offset = 0;
        boolean half = false;
        for (int tries = 0; offset < size && tries < MOST_TRIES; tries++) {
            network.cutAfter(size / 10);
            try {
                client.send(client.request(location)
                        .header("upload-offset", Long.toString(offset))
                        .method("PATCH", BodyPublishers.fromPublisher(rest(offset), size - offset)));
            } catch (IllegalStateException e) {
                // The network broke, as it was told to.
            }
            network.cutAfter(Long.MAX_VALUE);
            if (!half && offset >= size / 2) {
                half = true;
                atHalf.run();
            }
            offset = Long.parseLong(open().header("upload-offset"));
        }
        // The registry reads and digests all of it before it answers.
        return client.send(client.request(location).timeout(FINISHING).PUT(BodyPublishers.noBody()))
                .status();
    }

    private Client.Answer open() {
        return client.post("/api/uploads", "{\"sha256\":\"" + sha256 + "\",\"size\":" + size + "}");
    }

    private java.net.http.HttpRequest.BodyPublisher rest(long offset) {
        return BodyPublishers.ofInputStream(() -> new BlobsOverHttpIT.Pattern(size).from(offset));
    }

    /** Reads the blob; says the SHA-256 of what came. */
    String download() throws InterruptedException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[64 * 1024];
        long have = 0;
        for (int tries = 0; have < size && tries < MOST_TRIES; tries++) {
            network.cutAfter(size / 10);
            try (InputStream in = open(have)) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    digest.update(buffer, 0, read);
                    have += read;
                }
            } catch (IOException e) {
                // The network broke, as it was told to.
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private InputStream open(long have) throws IOException, InterruptedException {
        var request = client.request("/api/blobs/" + sha256)
                .header("range", "bytes=" + have + "-")
                .header("if-range", "\"" + sha256 + "\"");
        HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() != 206) {
            throw new IllegalStateException("The registry answered " + answer.statusCode());
        }
        return answer.body();
    }

    @Override
    public void close() throws IOException {
        network.close();
        http.close();
    }
}
