// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.controls;

import static org.springframework.http.HttpMethod.DELETE;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.PATCH;
import static org.springframework.http.HttpMethod.POST;
import static org.springframework.http.HttpMethod.PUT;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * What a page may ask of a service: methods and paths, one by one. Whatever is not named here the console does not pass on, since it
 * would go out with the token between services.
 *
 * @param service whose it is, as in {@code rivulet.console.services.urls}
 * @param method GET or one that changes something
 * @param pattern of the path at that service; {@code {name}} is one segment
 */
record Allowed(String service, HttpMethod method, PathPattern pattern) {

    /** First segment of a page's path to the service that it is for. */
    private static final Map<String, String> SERVICES =
            Map.of("registry", "model-registry", "federation", "federation-service", "config", "config-server");

    private static final Pattern TRICKS =
            Pattern.compile("%2[ef]|%5c|%00|;|//|(^|/)\\.{1,2}(/|$)", Pattern.CASE_INSENSITIVE);

    private static final List<Allowed> ALL = Stream.of(
                    registry(GET, "/api/models", "/api/search", "/api/asyncapi"),
                    registry(GET, "/api/models/{model}", "/api/models/{model}/card", "/api/models/{model}/timeline"),
                    registry(GET, "/api/models/{model}/stages", "/api/models/{model}/versions/{version}"),
                    registry(GET, "/api/models/{model}/versions/{version}/lineage"),
                    registry(GET, "/api/models/{model}/versions/{version}/usage"),
                    registry(POST, "/api/models", "/api/models/{model}/versions"),
                    registry(PUT, "/api/models/{model}/card"),
                    registry(POST, "/api/uploads"),
                    registry(GET, "/api/uploads/{id}"),
                    registry(PATCH, "/api/uploads/{id}"),
                    registry(PUT, "/api/uploads/{id}"),
                    registry(DELETE, "/api/uploads/{id}"),
                    registry(GET, "/api/rollouts", "/api/rollouts/{rollout}"),
                    registry(
                            POST,
                            "/api/rollouts",
                            "/api/rollouts/{rollout}/{action:pause|resume|advance|promote|abort}"),
                    registry(GET, "/api/dead-letters", "/api/dead-letters/{id}"),
                    registry(PUT, "/api/dead-letters/{id}/payload"),
                    registry(POST, "/api/dead-letters/{id}/{action:replay|discard}"),
                    federation(GET, "/api/federations", "/api/federations/{name}"),
                    federation(GET, "/api/federations/{name}/rounds/{round}", "/api/federations/{name}/devices"),
                    federation(GET, "/api/federations/{name}/settings", "/api/federations/{name}/privacy"),
                    federation(
                            GET,
                            "/api/federations/{name}/audit",
                            "/api/federations/{name}/audit/{part:checkpoint|key}"),
                    federation(POST, "/api/federations", "/api/federations/{name}/{action:start|stop}"),
                    config(GET, "/api/config/catalogue", "/api/config/{application}/{profile}"),
                    config(GET, "/api/config/{application}/{profile}/{part:revisions|diff}"),
                    config(PUT, "/api/config/{application}/{profile}/values/{key}"),
                    config(DELETE, "/api/config/{application}/{profile}/values/{key}"),
                    config(POST, "/api/config/{application}/{profile}/rollback"))
            .flatMap(List::stream)
            .toList();

    private static List<Allowed> registry(HttpMethod method, String... paths) {
        return of("model-registry", method, paths);
    }

    private static List<Allowed> federation(HttpMethod method, String... paths) {
        return of("federation-service", method, paths);
    }

    private static List<Allowed> config(HttpMethod method, String... paths) {
        return of("config-server", method, paths);
    }

    private static List<Allowed> of(String service, HttpMethod method, String... paths) {
        return Stream.of(paths)
                .map(path -> new Allowed(service, method, PathPatternParser.defaultInstance.parse(path)))
                .toList();
    }

    /**
     * Where a page's request goes.
     *
     * @param service whose it is
     * @param pathAndQuery at that service, as it came
     */
    record Way(String service, String pathAndQuery) {

        URI at(URI base) {
            String text = base.toString();
            return URI.create((text.endsWith("/") ? text.substring(0, text.length() - 1) : text) + pathAndQuery);
        }
    }

    /**
     * Looks a request up.
     *
     * @param path {@code registry/models/x}: the service, then its path below {@code /api}; not decoded
     * @param query not decoded; null without one
     * @return nothing if it may not be asked
     */
    static Optional<Way> way(HttpMethod method, String path, @Nullable String query) {
        int slash = path.indexOf('/');
        String service = slash < 0 ? null : SERVICES.get(path.substring(0, slash));
        if (service == null || TRICKS.matcher(path).find()) {
            return Optional.empty();
        }
        String own = "/api" + (service.equals("config-server") ? "/" + path : path.substring(slash));
        PathContainer parsed = PathContainer.parsePath(own);
        return ALL.stream()
                .filter(each -> each.service().equals(service) && each.method().equals(method))
                .filter(each -> each.pattern().matches(parsed))
                .findFirst()
                .map(each -> new Way(service, query == null ? own : own + "?" + query));
    }
}
