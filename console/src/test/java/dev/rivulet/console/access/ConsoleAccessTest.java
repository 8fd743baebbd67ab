// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rivulet.console.TestConsole;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanCreationException;

class ConsoleAccessTest {

    private static final String PASSWORD = "correct-horse-battery";
    private static final String TOKEN = "token-between-services";
    private static TestConsole console;

    @BeforeAll
    static void start() {
        console = TestConsole.start(
                "server.address",
                "0.0.0.0",
                "rivulet.console.access.password",
                PASSWORD,
                "rivulet.access.token",
                TOKEN);
    }

    @AfterAll
    static void stop() {
        console.close();
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create(console.url() + path));
    }

    private static HttpRequest.Builder signIn(String password) {
        return at("/login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("username=admin&password=" + password));
    }

    private static HttpClient browser() {
        return HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    }

    @Test
    void doesNotStartWhereOthersCanReachItWithoutAPassword() {
        assertThatExceptionOfType(BeanCreationException.class)
                .isThrownBy(() -> TestConsole.start("server.address", "0.0.0.0", "rivulet.access.token", TOKEN))
                .withRootCauseInstanceOf(UnsafeExposureException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/admin", "/app/main.js"})
    void sendsAPersonToTheSignIn(String path) {
        HttpResponse<String> response = send(browser(), at(path));

        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(response.headers().firstValue("location")).hasValue("/login");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/models",
                "/api/replicas/stream",
                "/admin/instances",
                "/actuator/prometheus",
                "/actuator/loggers"
            })
    void tellsAScriptThatItIsNotSignedIn(String path) {
        assertThat(send(browser(), at(path)).statusCode()).isEqualTo(401);
    }

    @Test
    void opensThePageAndTheServicesWithOneSignIn() {
        HttpClient browser = browser();

        HttpResponse<String> signedIn = send(browser, signIn(PASSWORD));

        assertThat(signedIn.headers().firstValue("location")).hasValue("/");
        String cookie = signedIn.headers().firstValue("set-cookie").orElseThrow();
        assertThat(cookie).containsIgnoringCase("HttpOnly").contains("SameSite=Strict");
        assertThat(send(browser, at("/")).body()).contains("id=\"content\"");
        assertThat(send(browser, at("/admin/instances").header("Accept", "application/json"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void refusesAWrongPassword() {
        HttpClient browser = browser();

        assertThat(send(browser, signIn("wrong")).headers().firstValue("location"))
                .hasValue("/login?error");
        assertThat(send(browser, at("/")).statusCode()).isEqualTo(302);
    }

    @Test
    void refusesASignInFromAForeignPage() {
        HttpResponse<String> response = send(browser(), signIn(PASSWORD).header("Origin", "http://evil.example"));

        assertThat(response.statusCode()).isEqualTo(403);
    }

    @Test
    void answersProbesToEverybodyAndTheRestOfActuatorToServices() {
        for (String probe : List.of("/actuator/health/liveness", "/actuator/health/readiness")) {
            assertThat(send(browser(), at(probe)).statusCode()).isEqualTo(200);
        }
        assertThat(send(browser(), at("/actuator/prometheus").header("Authorization", "Bearer " + TOKEN))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(browser(), at("/actuator/prometheus").header("Authorization", "Bearer x"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(browser(), at("/api/models").header("Authorization", "Bearer " + TOKEN))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void letsNobodyAddAnInstanceThatWouldBeSentTheToken() {
        HttpClient browser = browser();
        send(browser, signIn(PASSWORD));

        HttpResponse<String> response = send(
                browser,
                at("/admin/instances")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"name\":\"x\",\"healthUrl\":\"http://127.0.0.1:1/health\"}")));

        assertThat(response.statusCode()).isEqualTo(403);
    }

    @Test
    void exposesNoSecretsThroughActuator() {
        for (String endpoint : List.of("env", "heapdump", "configprops", "shutdown", "threaddump")) {
            assertThat(send(browser(), at("/actuator/" + endpoint).header("Authorization", "Bearer " + TOKEN))
                            .statusCode())
                    .isEqualTo(404);
        }
    }
}
