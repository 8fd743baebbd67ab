// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.controls;

import dev.rivulet.console.relay.Passing;
import dev.rivulet.console.services.ServicesSettings;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.net.URI;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The browser's way to the control APIs of {@link Allowed}, with the token between services, which no browser sees. */
@RestController
class ControlRelay {

    private static final String BELOW = "/api/";
    private static final byte[] NOTHING = {};

    private final WebClient services;
    private final ServicesSettings addresses;
    private final ControlSettings settings;

    ControlRelay(WebClient servicesClient, ServicesSettings addresses, ControlSettings settings) {
        this.services = servicesClient;
        this.addresses = addresses;
        this.settings = settings;
    }

    @RequestMapping({"/api/registry/**", "/api/federation/**", "/api/config/**"})
    Mono<Void> pass(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        String path = request.getURI().getRawPath().substring(BELOW.length());
        Allowed.Way way = Allowed.way(
                        request.getMethod(), path, request.getURI().getRawQuery())
                .orElseThrow(ControlRelay::notPassedOn);
        URI to = way.at(address(addresses, way.service()));
        return Passing.body(request, settings.maxBody())
                .defaultIfEmpty(NOTHING)
                .flatMap(body -> Passing.on(
                        services.method(request.getMethod()).uri(to), request, body, exchange.getResponse()));
    }

    static URI address(ServicesSettings addresses, String service) {
        URI url = addresses.urls().get(service);
        if (url == null) {
            throw new ProblemException(Problem.of(
                    ProblemCode.NOT_FOUND,
                    "The console does not know where " + service + " is: set rivulet.console.services.urls." + service
                            + "."));
        }
        return url;
    }

    static ProblemException notPassedOn() {
        return new ProblemException(
                Problem.of(ProblemCode.NOT_FOUND, "This is nothing that the console passes on to a service."));
    }
}
