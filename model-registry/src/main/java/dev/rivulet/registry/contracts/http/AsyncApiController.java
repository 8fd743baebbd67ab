// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.contracts.http;

import dev.rivulet.events.EventType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code GET /api/asyncapi}: the AsyncAPI 3.0 document of this build's events, as it is checked in. */
@RestController
class AsyncApiController {

    static final MediaType TYPE = MediaType.parseMediaType("application/vnd.aai.asyncapi+json;version=3.0.0");

    private final byte[] document;
    private final String etag;

    AsyncApiController() {
        try (InputStream file = Objects.requireNonNull(EventType.class.getResourceAsStream("asyncapi.json"))) {
            document = file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        etag = '"' + DigestUtils.md5DigestAsHex(document) + '"';
    }

    /** Answers 304 to whoever has it. */
    @GetMapping("/api/asyncapi")
    Mono<ResponseEntity<byte[]>> get(ServerWebExchange exchange) {
        if (exchange.checkNotModified(etag)) {
            return Mono.empty();
        }
        return Mono.just(ResponseEntity.ok().contentType(TYPE).body(document));
    }
}
