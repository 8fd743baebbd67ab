// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.media;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** Fetches one picture: no further than the rules allow, no more bytes and no longer than the limits. */
final class PictureFetcher {

    private final HttpClient client;
    private final PictureHosts hosts;
    private final MediaProperties limits;

    /** @param client whose resolver checks addresses; it follows no redirects */
    PictureFetcher(HttpClient client, PictureHosts hosts, MediaProperties limits) {
        this.client = client.followRedirect(false).responseTimeout(limits.timeout());
        this.hosts = hosts;
        this.limits = limits;
    }

    /** What a hop came to: bytes, or another address. */
    private sealed interface Hop {
        record Bytes(byte[] bytes) implements Hop {}

        record Elsewhere(String address) implements Hop {}
    }

    /** @param path where the address stands in the request, for messages */
    Mono<byte[]> fetch(String path, String address) {
        return fetch(path, address, limits.redirects())
                .timeout(limits.timeout(), Mono.error(() -> refused(path, "could not be fetched in time")))
                .onErrorMap(e -> !(e instanceof ProblemException), e -> refused(path, "could not be fetched"));
    }

    private Mono<byte[]> fetch(String path, String address, int redirects) {
        URI uri = hosts.allowed(address).orElse(null);
        if (uri == null) {
            return Mono.error(refused(
                    path,
                    "is not at an address that pictures are fetched from; send a data URL, or ask for the host to be"
                            + " listed in rivulet.media.hosts"));
        }
        return client.get()
                .uri(uri)
                .response((response, body) -> hop(path, response, body))
                .next()
                .flatMap(hop -> switch (hop) {
                    case Hop.Bytes bytes -> Mono.just(bytes.bytes());
                    case Hop.Elsewhere elsewhere
                    when redirects > 0 ->
                        fetch(path, uri.resolve(elsewhere.address()).toString(), redirects - 1);
                    case Hop.Elsewhere elsewhere -> Mono.error(refused(path, "is redirected too often"));
                });
    }

    private Flux<Hop> hop(String path, HttpClientResponse response, ByteBufFlux body) {
        int status = response.status().code();
        String location = response.responseHeaders().get("location");
        if (status >= 300 && status < 400 && location != null) {
            return Flux.just(new Hop.Elsewhere(location));
        }
        if (status != 200) {
            return Flux.error(refused(path, "could not be fetched: its host answers with status " + status));
        }
        return collected(path, body).<Hop>map(Hop.Bytes::new).flux();
    }

    private Mono<byte[]> collected(String path, ByteBufFlux body) {
        long most = limits.maxBytes().toBytes();
        return Mono.defer(() -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(8192);
            return body.<ByteBuf>map(part -> part)
                    .doOnNext(part -> {
                        if (bytes.size() + part.readableBytes() > most) {
                            throw refused(path, "has more than the " + most + " bytes that are fetched");
                        }
                        byte[] copy = new byte[part.readableBytes()];
                        part.readBytes(copy);
                        bytes.writeBytes(copy);
                    })
                    .then(Mono.fromSupplier(bytes::toByteArray));
        });
    }

    static ProblemException refused(String path, String what) {
        return new ProblemException(
                Problem.at(ProblemCode.INVALID_VALUE, path, "The picture '" + path + "' " + what + "."));
    }
}
