// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.access.AccessRules.Call;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessRulesTest {

    private static final String SECRET = "0123456789abcdef";

    private final AccessRules guarded =
            new AccessRules(new ServiceToken(SECRET), new Hosts(true, List.of()), List.of("/v1/**"));
    private final AccessRules unguarded =
            new AccessRules(new ServiceToken(null), new Hosts(true, List.of()), List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator/health/liveness",
                "/actuator/health/readiness",
                "/livez",
                "/readyz",
                "/v1/models",
                "/v1"
            })
    void probesAndExcludedPathsNeedNoToken(String path) {
        assertThat(code(guarded, path, null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/actuator/health",
                "/actuator/env",
                "/actuator/prometheus",
                "/internal/replica",
                "/v10/models",
                "/v1/../actuator/env",
                "/v1/%2e%2e/actuator/env",
                "/v1/..;/actuator/env",
                "/v1//actuator",
                "/v1\\..\\actuator",
                "/actuator/health/liveness/../../env"
            })
    void everyOtherPathNeedsTheToken(String path) {
        assertThat(code(guarded, path, null)).contains(ProblemCode.INVALID_TOKEN);
        assertThat(code(guarded, path, "Bearer wrong-wrong-wrong")).contains(ProblemCode.INVALID_TOKEN);
        assertThat(code(guarded, path, "Bearer " + SECRET)).isEmpty();
    }

    @Test
    void aForeignHostOrOriginIsRefusedEvenOnOpenPathsAndWithTheToken() {
        Call rebound = new Call("/v1/models", "evil.example", null, "Bearer " + SECRET);
        Call page = new Call("/v1/models", "localhost:7100", "https://evil.example", "Bearer " + SECRET);
        assertThat(guarded.objection(rebound)).map(Problem::code).contains(ProblemCode.FORBIDDEN_ORIGIN);
        assertThat(guarded.objection(page)).map(Problem::code).contains(ProblemCode.FORBIDDEN_ORIGIN);
        assertThat(unguarded.objection(rebound)).map(Problem::code).contains(ProblemCode.FORBIDDEN_ORIGIN);
    }

    @Test
    void withoutATokenEveryPathIsOpenToLocalCallers() {
        assertThat(code(unguarded, "/actuator/env", null)).isEmpty();
    }

    @Test
    void theRefusalSaysHowToMendIt() {
        assertThat(guarded.objection(new Call("/x", "localhost", null, null))
                        .orElseThrow()
                        .message())
                .contains("RIVULET_INTERNAL_TOKEN");
    }

    private static Optional<ProblemCode> code(AccessRules rules, String path, @Nullable String authorization) {
        return rules.objection(new Call(path, "127.0.0.1:7100", null, authorization))
                .map(Problem::code);
    }

    @Test
    void aTokenThatTheServiceKnowsOpensTheWayAsItsOwnDoesAndNoOther() {
        AccessRules rules = new AccessRules(
                new ServiceToken(SECRET), new Hosts(true, List.of()), List.of(), "one-of-a-person"::equals);
        assertThat(rules.objection(new AccessRules.Call("/api/models", "localhost", null, "Bearer one-of-a-person")))
                .isEmpty();
        assertThat(rules.objection(new AccessRules.Call("/api/models", "localhost", null, "Bearer one-of-nobody")))
                .isPresent();
        assertThat(rules.objection(new AccessRules.Call(
                        "/api/models", "localhost", "http://evil.example", "Bearer one-of-a-person")))
                .isPresent();
    }
}
