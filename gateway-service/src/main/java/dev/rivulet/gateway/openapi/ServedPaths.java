// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.openapi;

import dev.rivulet.gateway.exchange.ApiRoute;
import dev.rivulet.gateway.exchange.Dialect;
import dev.rivulet.gateway.exchange.Endpoint;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.http.HttpMethod;

/** Which paths and methods this gateway serves, as its features are switched on. */
final class ServedPaths {

    private static final String MODELS = "/v1/models";
    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]*}");

    /** Ids as paths take them: some any word, some a UUID. */
    private static final List<String> IDS = List.of("x", "00000000-0000-0000-0000-000000000000");

    private final List<ApiRoute> routes;
    private final List<Dialect> dialects;

    /**
     * @param routes all paths that are neither passed on to replicas nor the list of models
     * @param dialects paths that are passed on in another form
     */
    ServedPaths(List<ApiRoute> routes, List<Dialect> dialects) {
        this.routes = List.copyOf(routes);
        this.dialects = List.copyOf(dialects);
    }

    /**
     * Whether a path takes a method.
     *
     * @param template such as {@code /v1/models/{model}}
     * @param method in any case
     */
    boolean serve(String template, String method) {
        HttpMethod asked = HttpMethod.valueOf(method.toUpperCase(Locale.ROOT));
        return samples(template).stream().anyMatch(path -> takes(path, asked));
    }

    /** Paths that a template stands for. */
    static List<String> samples(String template) {
        return IDS.stream()
                .map(id -> PARAMETER.matcher(template).replaceAll(id))
                .distinct()
                .toList();
    }

    private boolean takes(String path, HttpMethod asked) {
        if (Endpoint.at(path).isPresent()
                || dialects.stream().anyMatch(one -> one.path().equals(path))) {
            return asked.equals(HttpMethod.POST);
        }
        if (path.equals(MODELS) || path.startsWith(MODELS + "/")) {
            return asked.equals(HttpMethod.GET);
        }
        return routes.stream()
                .filter(route -> route.serves(path))
                .findFirst()
                .map(route -> route.methods(path).contains(asked))
                .orElse(false);
    }
}
