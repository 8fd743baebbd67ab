// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.Client.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

@WholeRegistry
class StagesOverHttpIT {

    private static final String ANN = "the-token-of-ann";
    private static final String BEN = "the-token-of-ben";

    @LocalServerPort
    private int port;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @Test
    void aVersionReachesProductionWhenASecondPersonApproves() {
        model("staged");

        Answer asked = ask("staged", "production", ANN);
        assertThat(asked.status()).isEqualTo(202);
        assertThat(asked.body().path("asked_by").asString()).isEqualTo("ann");
        assertThat(stage("staged")).isEmpty();
        Answer own = decide(asked, "approve", ANN);
        assertThat(own.status()).isEqualTo(403);
        assertThat(own.code()).isEqualTo("insufficient_scope");
        assertThat(stage("staged")).isEmpty();

        Answer approved = decide(asked, "approve", BEN);
        assertThat(approved.body().path("decided_by").asString()).isEqualTo("ben");
        assertThat(stage("staged")).isEqualTo("production");
        assertThat(decide(asked, "refuse", BEN).code()).isEqualTo("conflict");
        Answer shown = client.get("/api/models/staged/stages");
        assertThat(shown.body().at("/requests/0/state").asString()).isEqualTo("approved");
        assertThat(client.get("/api/2.0/mlflow/registered-models/get-latest-versions?name=staged&stages=Production")
                        .body()
                        .at("/model_versions/0/current_stage")
                        .asString())
                .isEqualTo("Production");
    }

    @Test
    void aRefusedRequestChangesNothingAndAnotherMayFollow() {
        model("refused");
        Answer asked = ask("refused", "production", ANN);

        assertThat(ask("refused", "staging", BEN).status()).isEqualTo(200);
        assertThat(ask("refused", "production", BEN).code()).isEqualTo("conflict");
        assertThat(decide(asked, "refuse", BEN).body().path("state").asString()).isEqualTo("refused");
        assertThat(stage("refused")).isEqualTo("staging");
        assertThat(ask("refused", "production", BEN).status()).isEqualTo(202);
    }

    @Test
    void anApprovalIsForTheFilesAndTheStageThatWereAskedFor() {
        model("swapped");
        Answer asked = ask("swapped", "production", ANN);
        client.delete("/api/models/swapped/versions/1");
        client.register("swapped", "1", client.file("config.json", "{\"swapped\":true}"));

        Answer approved = decide(asked, "approve", BEN);

        assertThat(approved.code()).isEqualTo("conflict");
        assertThat(stage("swapped")).isEmpty();
    }

    @Test
    void nobodyWithoutATokenOfHisOwnAsksOrDecides() {
        model("nameless");

        assertThat(ask("nameless", "staging", "another").status()).isEqualTo(403);
        assertThat(client.post("/api/models/nameless/versions/1/stage", "{\"stage\":\"staging\"}")
                        .status())
                .isEqualTo(403);
        assertThat(client.post("/api/stage-requests/1/approve", "{}").status()).isEqualTo(403);
        assertThat(ask("nameless", "heaven", ANN).param()).isEqualTo("stage");
        assertThat(ask("nobody", "staging", ANN).code()).isEqualTo("model_not_found");
        assertThat(send("/api/stage-requests/999999/approve", "{}", ANN).param())
                .isEqualTo("id");
        assertThat(ask("nameless", "none", ANN).code()).isEqualTo("conflict");
    }

    @Test
    void aClientOfMlflowMovesVersionsWhereNobodyMustApproveAndNowhereElse() {
        model("ml-staged");

        Answer staging = transition("Staging", false);
        Answer production = transition("Production", false);
        Answer archiving = transition("Archived", true);

        assertThat(staging.body().at("/model_version/current_stage").asString()).isEqualTo("Staging");
        assertThat(production.status()).isEqualTo(403);
        assertThat(production.body().path("error_code").asString()).isEqualTo("PERMISSION_DENIED");
        assertThat(archiving.body().path("error_code").asString()).isEqualTo("INVALID_PARAMETER_VALUE");
        assertThat(stage("ml-staged")).isEqualTo("staging");
    }

    private Answer transition(String stage, boolean archive) {
        return client.post(
                "/api/2.0/mlflow/model-versions/transition-stage",
                "{\"name\":\"ml-staged\",\"version\":\"1\",\"stage\":\"" + stage + "\",\"archive_existing_versions\":"
                        + archive + "}");
    }

    private void model(String name) {
        client.create(name);
        client.register(name, "1");
    }

    private String stage(String model) {
        return client.get("/api/models/" + model + "/stages")
                .body()
                .at("/stages/1")
                .asString("");
    }

    private Answer ask(String model, String stage, String token) {
        return send(
                "/api/models/" + model + "/versions/1/stage",
                "{\"stage\":\"" + stage + "\",\"reason\":\"it is better\"}",
                token);
    }

    private Answer decide(Answer asked, String how, String token) {
        return send("/api/stage-requests/" + asked.body().path("id").asLong() + "/" + how, "{}", token);
    }

    private Answer send(String path, String body, String token) {
        return client.send(
                client.json(path).header("x-rivulet-principal-token", token).POST(BodyPublishers.ofString(body)));
    }
}
