// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.Client.Answer;
import dev.rivulet.signing.ModelSigner;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.KeyPairGenerator;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** A registry whose settings come to trust a key while it runs. */
@WholeRegistry
class SignedVersionsIT {

    private static final String KEYS = "rivulet.catalog.trusted-keys[0]";

    @LocalServerPort
    private int port;

    @Autowired
    private ConfigurableApplicationContext context;

    private Client client;
    private ModelSigner signer;

    @BeforeEach
    void trustAKey() throws Exception {
        client = new Client(port);
        signer = new ModelSigner(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        trust(signer.trustedKey());
        client.create("signed");
    }

    @AfterEach
    void trustNoKey() {
        context.getEnvironment().getPropertySources().remove("trusted");
        context.publishEvent(new EnvironmentChangeEvent(context, Set.of(KEYS)));
    }

    private void trust(String key) {
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("trusted", Map.of(KEYS, key)));
        context.publishEvent(new EnvironmentChangeEvent(context, Set.of(KEYS)));
    }

    private String signature(String version, String sha256) {
        byte[] signed = signer.sign("signed", version, Map.of("config.json", sha256));
        return client.file("model.sig", new String(signed, UTF_8));
    }

    @Test
    void onlyVersionsThatATrustedKeySignedAreTaken() throws Exception {
        String config = client.file("config.json", "{\"a\":1}");
        String sha256 = Client.sha256("{\"a\":1}".getBytes(UTF_8));

        assertRefused(client.register("signed", "1", config), "it has no model.sig");
        assertRefused(client.register("signed", "2", config + "," + signature("1", sha256)), "is for signed:1");
        assertRefused(client.register("signed", "1", config + "," + signature("1", "0".repeat(64))), "has other bytes");
        assertRefused(
                client.register(
                        "signed", "1", config + "," + client.file("extra.json", "{}") + "," + signature("1", sha256)),
                "'extra.json' is not signed");
        byte[] strangers = new ModelSigner(
                        KeyPairGenerator.getInstance("Ed25519").generateKeyPair())
                .sign("signed", "1", Map.of("config.json", sha256));
        assertRefused(
                client.register("signed", "1", config + "," + client.file("model.sig", new String(strangers, UTF_8))),
                "which is not trusted here");
        assertThat(client.register("signed", "1", config + "," + signature("1", sha256))
                        .status())
                .isEqualTo(201);

        String signature = signature("3", sha256);
        trust(signer.trustedKey() + " 2026-01-01T00:00:00Z");
        assertRefused(client.register("signed", "3", config + "," + signature), "expired at 2026-01-01T00:00:00Z");
    }

    @Test
    void aVersionThatNobodySignedComesNoNearerToBeingServedOnceSignaturesAreDemanded() throws Exception {
        trustNoKey();
        client.create("earlier");
        client.register("earlier", "1");
        client.register("earlier", "2");
        client.alias("earlier", "champion", "1");
        String rolling = startsRollout("earlier");
        String asked = stage("production").body().path("id").asString();

        trust(signer.trustedKey());

        assertUnservable(client.alias("earlier", "champion", "2"), "version");
        assertUnservable(client.alias("earlier", "next", "2"), "version");
        Answer mlflow = client.post(
                "/api/2.0/mlflow/registered-models/alias",
                "{\"name\":\"earlier\",\"alias\":\"next\",\"version\":\"2\"}");
        assertThat(mlflow.status()).isEqualTo(400);
        assertThat(mlflow.body().path("error_code").asString()).isEqualTo("INVALID_PARAMETER_VALUE");
        assertThat(mlflow.body().path("message").asString()).contains("it has no model.sig");
        assertUnservable(decide(asked, "approve"), "version");
        assertThat(decide(asked, "refuse").status()).isEqualTo(200);
        assertUnservable(stage("staging"), "version");
        assertThat(stage("archived").status()).isEqualTo(200);
        assertUnservable(act(rolling, "promote"), "version");
        assertThat(act(rolling, "abort").status()).isEqualTo(200);
        assertUnservable(client.post("/api/rollouts", rollout("earlier")), "candidate");

        assertThat(client.alias("earlier", "champion", "1").status())
                .as("it is so already")
                .isEqualTo(200);
        assertThat(client.get("/api/models/earlier").body().at("/aliases").toString())
                .isEqualTo("{\"champion\":\"1\"}");
    }

    @Test
    void aSignedVersionIsServedUntilItsKeyIsTrustedNoMore() throws Exception {
        String config = client.file("config.json", "{\"a\":1}");
        String sha256 = Client.sha256("{\"a\":1}".getBytes(UTF_8));
        client.register("signed", "7", config + "," + signature("7", sha256));
        assertThat(client.alias("signed", "served", "7").status()).isEqualTo(200);

        trust(signer.trustedKey() + " 2026-01-01T00:00:00Z");
        Answer late = client.alias("signed", "late", "7");
        assertThat(late.status()).isEqualTo(400);
        assertThat(late.body().path("detail").asString())
                .contains("can't be served", "expired at 2026-01-01T00:00:00Z");
    }

    private String startsRollout(String model) {
        String id = client.post("/api/rollouts", rollout(model))
                .body()
                .path("rollout")
                .asString();
        assertThat(act(id, "prepared").status()).isEqualTo(200);
        return id;
    }

    private static String rollout(String model) {
        return "{\"model\":\"" + model + "\",\"candidate\":\"2\",\"automatic\":false}";
    }

    private Answer act(String rollout, String action) {
        return client.post("/api/rollouts/" + rollout + "/" + action, "{\"by\":\"test\",\"reason\":\"a test\"}");
    }

    private Answer stage(String stage) {
        return client.send(client.json("/api/models/earlier/versions/2/stage")
                .header("X-Rivulet-Principal-Token", "the-token-of-ann")
                .POST(BodyPublishers.ofString("{\"stage\":\"" + stage + "\",\"reason\":\"a test\"}")));
    }

    private Answer decide(String request, String how) {
        return client.send(client.json("/api/stage-requests/" + request + "/" + how)
                .header("X-Rivulet-Principal-Token", "the-token-of-ben")
                .POST(BodyPublishers.ofString("{\"reason\":\"a test\"}")));
    }

    private static void assertUnservable(Answer answer, String param) {
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(400);
        assertThat(answer.param()).isEqualTo(param);
        assertThat(answer.body().path("detail").asString("")).contains("can't be served", "it has no model.sig");
    }

    private static void assertRefused(Answer answer, String reason) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.param()).isEqualTo("files");
        assertThat(answer.body().path("detail").asString("")).contains("signed versions alone", reason);
    }
}
