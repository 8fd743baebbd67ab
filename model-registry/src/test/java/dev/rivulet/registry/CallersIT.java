// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.registry.Client.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A person calls with a token of his own, may do what his roles say, and all that he does is kept. */
@GuardedRegistry
class CallersIT {

    private static final String RITA = "the-token-of-rita";
    private static final String PAUL = "the-token-of-paul";
    private static final String OLGA = "the-token-of-olga";
    private static final String OTTO = "the-token-of-otto";
    private static final String SERVICE = "a-token-of-the-test";

    @LocalServerPort
    private int port;

    @Autowired
    private JdbcClient jdbc;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/models, the-token-of-rita, publisher",
        "PUT, /api/models/m/aliases/champion, the-token-of-paul, operator",
        "POST, /api/rollouts, the-token-of-paul, operator",
        "DELETE, /api/models/m, the-token-of-paul, operator",
        "POST, /api/artifacts/keys/rotation, the-token-of-rita, operator",
        "POST, /api/stage-requests/1/approve, the-token-of-olga, approver",
        "GET, /api/audit, the-token-of-rita, operator"
    })
    void whatIsNotOfOnesRolesIsRefusedWithTheRoleThatIsMissing(String method, String path, String token, String role) {
        Answer refused = call(method, path, "{}", token);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("insufficient_scope");
        assertThat(refused.body().toString()).contains("the role " + role).doesNotContain(token);
    }

    @Test
    void clientsOfMlflowReadARefusalInTheirOwnShape() {
        Answer refused = call("POST", "/api/2.0/mlflow/registered-models/create", "{\"name\":\"m\"}", RITA);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body().path("error_code").asString()).isEqualTo("PERMISSION_DENIED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a-token-of-nobody", "the-token-of-rita-", ""})
    void whoIsUnknownDoesNothing(String token) {
        assertThat(call("GET", "/api/models", "", token).status()).isEqualTo(401);
        assertThat(call("DELETE", "/api/models/m", "", token).status()).isEqualTo(401);
    }

    @Test
    void fromPublishingToProductionEachStepIsTheirsWhoMayTakeIt() {
        assertThat(create("roled", PAUL).status()).isEqualTo(201);
        assertThat(register("roled", PAUL).status()).isEqualTo(201);
        assertThat(call("GET", "/api/models/roled", "", RITA).status()).isEqualTo(200);
        assertThat(call("PUT", "/api/models/roled/aliases/champion", "{\"version\":\"1\"}", OLGA)
                        .status())
                .isEqualTo(200);

        Answer asked = call("POST", "/api/models/roled/versions/1/stage", "{\"stage\":\"production\"}", OTTO);
        assertThat(asked.status()).isEqualTo(202);
        assertThat(asked.body().path("asked_by").asString()).isEqualTo("otto");
        String approve = "/api/stage-requests/" + asked.body().path("id").asString() + "/approve";
        assertThat(call("POST", approve, "{}", OTTO).status())
                .as("nobody approves for himself, whatever his roles")
                .isEqualTo(403);
        assertThat(call("POST", approve, "{}", OLGA).status()).isEqualTo(403);
    }

    @Test
    void aRolloutIsTheirsWhoseTokenItIsAndNobodyGivesAnothersName() {
        create("rolled", PAUL);
        register("rolled", PAUL);
        String body = "{\"model\":\"rolled\",\"candidate\":\"1\",\"by\":\"somebody\"}";
        Answer refused = call("POST", "/api/rollouts", body, OLGA);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.param()).isEqualTo("by");
        assertThat(call("POST", "/api/rollouts", body, SERVICE).status())
                .as("a service acts for anybody; this one fails later, for there is no champion")
                .isNotIn(401, 403);
    }

    @Test
    void whoChangedWhatIsKeptAndRefusalsToo() {
        create("audited", PAUL);
        call("DELETE", "/api/models/audited", "", PAUL);
        call("DELETE", "/api/models/audited", "", OLGA);
        create("audited", SERVICE);

        JsonNode entries = call("GET", "/api/audit?limit=1000", "", OLGA).body().path("entries");
        List<String> kept = entries.valueStream()
                .filter(each -> each.path("target").asString().equals("/api/models/audited"))
                .map(each ->
                        each.path("who").asString() + " " + each.path("action").asString() + " "
                                + each.path("outcome").asString())
                .toList();
        assertThat(kept).containsExactly("olga DELETE done", "paul DELETE refused");
        assertThat(entries.get(0).path("who").asString()).isEqualTo("service");
        assertThat(entries.get(0).path("request_id").asString()).isNotEmpty();
        assertThat(entries.toString()).doesNotContain(PAUL, OLGA, SERVICE);
    }

    @Test
    void theAuditIsReadInPagesAndByWhoWhatAndWhen() {
        for (int i = 0; i < 3; i++) {
            call("DELETE", "/api/models/paged-" + i, "", PAUL);
        }
        Answer first = call("GET", "/api/audit?who=paul&target=/api/models/paged&outcome=refused&limit=2", "", OLGA);
        assertThat(targets(first)).containsExactly("/api/models/paged-2", "/api/models/paged-1");
        String next = first.body().path("next").asString();
        Answer second = call("GET", "/api/audit?target=/api/models/paged&limit=2&before=" + next, "", OLGA);
        assertThat(targets(second)).containsExactly("/api/models/paged-0");
        assertThat(second.body().path("next").isNull()).isTrue();
        assertThat(targets(call("GET", "/api/audit?until=2020-01-01T00:00:00Z", "", OLGA)))
                .isEmpty();
        for (String wrong : List.of("limit=0", "limit=1001", "since=yesterday", "outcome=odd")) {
            assertThat(call("GET", "/api/audit?" + wrong, "", OLGA).status())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    @Test
    void theAuditIsOnlyEverAddedTo() {
        call("DELETE", "/api/models/nothing", "", PAUL);
        for (String change : List.of("update audit set who = 'x'", "delete from audit", "truncate audit")) {
            assertThatThrownBy(() -> jdbc.sql(change).update()).hasMessageContaining("only ever added to");
        }
    }

    private static List<String> targets(Answer page) {
        return page.body()
                .path("entries")
                .valueStream()
                .map(each -> each.path("target").asString())
                .toList();
    }

    private Answer create(String model, String token) {
        return call(
                "POST",
                "/api/models",
                "{\"name\":\"" + model + "\",\"task\":\"text-generation\",\"description\":\"a model\"}",
                token);
    }

    private Answer register(String model, String token) {
        byte[] bytes = "{}".getBytes(StandardCharsets.UTF_8);
        String sha256 = Client.sha256(bytes);
        client.send(client.request("/api/blobs/" + sha256)
                .header("authorization", "Bearer " + token)
                .PUT(BodyPublishers.ofByteArray(bytes)));
        return call(
                "POST",
                "/api/models/" + model + "/versions",
                "{\"version\":\"1\",\"files\":[" + Client.file("config.json", sha256, bytes.length) + "]}",
                token);
    }

    private Answer call(String method, String path, String body, String token) {
        return client.send(client.json(path)
                .header("authorization", "Bearer " + token)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }
}
