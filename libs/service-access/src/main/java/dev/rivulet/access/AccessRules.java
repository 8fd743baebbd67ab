// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** Decides whether a request may pass: host, origin, then token. Has no state and touches no network. */
final class AccessRules {

    /** Probes of an orchestrator carry no token and learn no more than up or down. */
    private static final List<String> ALWAYS_OPEN =
            List.of("/actuator/health/liveness", "/actuator/health/readiness", "/livez", "/readyz");

    /** What a rule looks at. */
    record Call(
            String path,
            @Nullable String host,
            @Nullable String origin,
            @Nullable String authorization) {}

    private final ServiceToken token;
    private final Hosts hosts;
    private final List<PathPattern> excluded;
    private final KnownTokens others;

    AccessRules(ServiceToken token, Hosts hosts, List<String> excludedPaths) {
        this(token, hosts, excludedPaths, _ -> false);
    }

    /** @param others tokens that open the way as well; the service decides how far */
    AccessRules(ServiceToken token, Hosts hosts, List<String> excludedPaths, KnownTokens others) {
        this.token = token;
        this.others = others;
        this.hosts = hosts;
        this.excluded = excludedPaths.stream()
                .map(PathPatternParser.defaultInstance::parse)
                .toList();
    }

    /** What is wrong with the call; empty if it may pass. */
    Optional<Problem> objection(Call call) {
        if (!hosts.answers(call.host())) {
            return Optional.of(Problem.of(
                    ProblemCode.FORBIDDEN_ORIGIN,
                    "This service does not answer to the host name of this request. Call it by localhost or an address, or "
                            + "add the name to RIVULET_ALLOWED_HOSTS (rivulet.access.allowed-hosts)."));
        }
        if (!hosts.mayBeCalledFrom(call.origin(), call.host())) {
            return Optional.of(Problem.of(
                    ProblemCode.FORBIDDEN_ORIGIN,
                    "Pages of this origin may not call this service. Add the origin's host name to RIVULET_ALLOWED_HOSTS "
                            + "(rivulet.access.allowed-hosts) if they should."));
        }
        if (!token.present() || isOpen(call.path()) || token.shownBy(call.authorization()) || isKnown(call)) {
            return Optional.empty();
        }
        return Optional.of(Problem.of(
                ProblemCode.INVALID_TOKEN,
                "This path is for Rivulet's own services. Send 'Authorization: Bearer <token>' with the token that this "
                        + "service was started with (RIVULET_INTERNAL_TOKEN)."));
    }

    private boolean isKnown(Call call) {
        return ServiceToken.bearer(call.authorization()).filter(others::knows).isPresent();
    }

    private boolean isOpen(String path) {
        if (ALWAYS_OPEN.contains(path)) {
            return true;
        }
        if (!isPlain(path)) {
            return false;
        }
        PathContainer container = PathContainer.parsePath(path);
        return excluded.stream().anyMatch(pattern -> pattern.matches(container));
    }

    /** A path that means the same to every router: nothing that one of them might decode, drop or climb up by. */
    private static boolean isPlain(String path) {
        return !path.contains("..")
                && !path.contains("//")
                && path.indexOf(';') < 0
                && path.indexOf('%') < 0
                && path.indexOf('\\') < 0;
    }
}
