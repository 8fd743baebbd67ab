// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.openapi;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.Dialect;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.util.DigestUtils;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET /openapi.json}: open to everybody, as the documentation is; put together when it is first asked for. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private record Document(byte[] json, String etag) {

        private static Document of(ServedPaths paths) {
            byte[] json = JsonMapper.shared().writeValueAsBytes(ApiDocument.of(ApiParts.onClassPath(), paths::serve));
            return new Document(json, '"' + DigestUtils.md5DigestAsHex(json) + '"');
        }
    }

    @Bean
    RouterFunction<ServerResponse> openApiDocument(List<ApiRoute> routes, List<Dialect> dialects) {
        ServedPaths paths = new ServedPaths(routes, dialects);
        Mono<Document> document = Mono.fromCallable(() -> Document.of(paths))
                .subscribeOn(Schedulers.boundedElastic())
                .cache();
        return RouterFunctions.route()
                .GET("/openapi.json", request -> document.flatMap(ready -> answer(request, ready)))
                .build();
    }

    private static Mono<ServerResponse> answer(ServerRequest request, Document document) {
        return request.checkNotModified(document.etag())
                .switchIfEmpty(ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .cacheControl(CacheControl.noCache())
                        .eTag(document.etag())
                        .bodyValue(document.json()));
    }
}
