// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures.http;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.JsonBody;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.pictures.Picture;
import dev.rivulet.gateway.pictures.PictureTool;
import dev.rivulet.gateway.pictures.PicturesProperties;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** {@code POST /v1/images/render}: draws what a JSON body describes and answers with the file. */
final class PicturesRoute implements ApiRoute {

    private static final String PATH = "/v1/images/render";
    private static final Duration SOON = Duration.ofSeconds(1);

    private final PictureTool tool;
    private final PicturesProperties limits;
    private final Scheduler drawers;

    /** @param drawers where pictures are drawn; a bounded one */
    PicturesRoute(PictureTool tool, PicturesProperties limits, Scheduler drawers) {
        this.tool = tool;
        this.limits = limits;
        this.drawers = drawers;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public Set<HttpMethod> methods(String path) {
        return Set.of(HttpMethod.POST);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        return JsonBody.of(exchange.getRequest(), (int) limits.maxBody().toBytes(), limits.patience())
                .flatMap(body -> Mono.fromCallable(() -> tool.draw(body)).subscribeOn(drawers))
                .onErrorMap(
                        RejectedExecutionException.class,
                        full -> new ProblemException(Problem.of(
                                        ProblemCode.QUEUE_FULL,
                                        "Too many pictures are being drawn. Try again in a second.")
                                .retryAfter(SOON)))
                .flatMap(picture -> write(exchange, picture));
    }

    /** A page that shows the answer by its own address gets a picture that may do nothing. */
    private static Mono<Void> write(ServerWebExchange exchange, Picture picture) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatus.OK);
        response.getHeaders().setContentType(MediaType.parseMediaType(picture.mediaType()));
        response.getHeaders().setContentLength(picture.bytes().length);
        response.getHeaders().setCacheControl("no-store");
        response.getHeaders().set("X-Content-Type-Options", "nosniff");
        response.getHeaders().set("Content-Security-Policy", "default-src 'none'; sandbox");
        Passage.of(exchange).sent(picture.bytes().length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(picture.bytes())));
    }
}
