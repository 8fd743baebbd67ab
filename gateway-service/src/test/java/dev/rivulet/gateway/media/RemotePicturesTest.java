// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.problems.ProblemException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;

/** Pictures are fetched from listed hosts at open addresses, in few bytes and little time, and from nowhere else. */
class RemotePicturesTest {

    private static final String PATH = "messages[0].content[0].image_url.url";
    private static final AtomicInteger ASKED = new AtomicInteger();

    private static DisposableServer server;

    @BeforeAll
    static void start() {
        server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.get("/picture", (request, response) -> {
                            ASKED.incrementAndGet();
                            return response.sendString(Mono.just("picture"));
                        })
                        .get("/twice", (request, response) -> response.sendRedirect("/picture"))
                        .get("/loop", (request, response) -> response.sendRedirect("/loop"))
                        .get("/inside", (request, response) -> response.sendRedirect("http://169.254.169.254/latest"))
                        .get(
                                "/large",
                                (request, response) ->
                                        response.sendString(Flux.range(0, 1000).map(i -> "x".repeat(1000))))
                        .get("/never", (request, response) -> Mono.never())
                        .get("/missing", (request, response) -> response.sendNotFound()))
                .bindNow();
    }

    @AfterAll
    static void stop() {
        server.disposeNow();
    }

    /** A fetcher for which the server is an open host named img.example.com. */
    private static PictureFetcher fetcher(boolean open, Duration timeout) {
        MediaProperties limits =
                new MediaProperties(List.of("img.example.com"), DataSize.ofKilobytes(10), 2, timeout, 8);
        CheckedResolver resolver = new CheckedResolver(
                name -> new InetAddress[] {InetAddress.getLoopbackAddress()},
                address -> open || Addresses.open(address),
                Runnable::run);
        HttpClient client = HttpClient.newConnection().resolver(resolver);
        return new PictureFetcher(client, new PictureHosts(limits.hosts(), "http", server.port()), limits);
    }

    private static byte[] fetch(String path) {
        return Objects.requireNonNull(fetcher(true, Duration.ofSeconds(30))
                .fetch(PATH, "http://img.example.com:" + server.port() + path)
                .block(Duration.ofSeconds(60)));
    }

    @Test
    void aListedHostIsAskedAndRedirectsWithinItAreFollowed() {
        assertThat(fetch("/picture")).asString().isEqualTo("picture");
        assertThat(fetch("/twice")).asString().isEqualTo("picture");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/loop", "/inside", "/large", "/missing"})
    void whatGoesTooFarIsRefusedByItsPlace(String path) {
        assertThatThrownBy(() -> fetch(path)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().code().status()).isEqualTo(400);
            assertThat(e.problem().param()).isEqualTo(PATH);
        });
    }

    @Test
    void whoNeverAnswersIsNotWaitedFor() {
        PictureFetcher hasty = fetcher(true, Duration.ofMillis(200));
        assertThatThrownBy(() -> hasty.fetch(PATH, "http://img.example.com:" + server.port() + "/never")
                        .block(Duration.ofSeconds(60)))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void aListedNameThatLeadsInsideIsNotConnectedTo() {
        int before = ASKED.get();
        PictureFetcher checked = fetcher(false, Duration.ofSeconds(30));
        assertThatThrownBy(() -> checked.fetch(PATH, "http://img.example.com:" + server.port() + "/picture")
                        .block(Duration.ofSeconds(60)))
                .isInstanceOf(ProblemException.class);
        assertThat(ASKED).hasValue(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://img.example.com/x",
                "https://img.example.com:8443/x",
                "https://img.example.com@169.254.169.254/x",
                "https://user:pass@img.example.com/x",
                "https://img.example.com.evil.example/x",
                "https://evil-img.example.com/x",
                "https://169.254.169.254/latest/meta-data",
                "https://127.0.0.1/",
                "https://[::1]/",
                "https://0x7f000001/",
                "https://2130706433/",
                "https://localhost/",
                "file:///etc/passwd",
                "gopher://img.example.com/",
                "ftp://img.example.com/x",
                "//img.example.com/x",
                "https:///x",
                "https://img.example.com\\@127.0.0.1/",
                "https://img.example.com/ x",
                "javascript:alert(1)",
                "",
            })
    void addressesThatAreNotListedAsTheyStandAreRefused(String url) {
        assertThat(new PictureHosts(List.of("img.example.com", "*.pictures.example")).allowed(url))
                .isEmpty();
    }

    @Test
    void listedNamesAreAllowedAndThoseBelowAListedDomain() {
        PictureHosts hosts = new PictureHosts(List.of("img.example.com", "*.pictures.example"));
        assertThat(hosts.allowed("https://img.example.com/a.png?b=c")).isPresent();
        assertThat(hosts.allowed("https://IMG.example.com:443/a.png")).isPresent();
        assertThat(hosts.allowed("https://a.b.pictures.example/")).isPresent();
        assertThat(hosts.allowed("https://pictures.example/")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "0.1.2.3",
                "192.0.0.1",
                "192.0.2.1",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.9",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fc00::1",
                "fd12::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "64:ff9b::7f00:1",
                "2001:db8::1",
                "2002:7f00:1::",
                "2001::1",
                "fec0::1",
                "3fff::1",
            })
    void addressesThatAreNotOpenAreKnown(String address) throws Exception {
        assertThat(Addresses.open(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"8.8.8.8", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "172.32.0.1", "100.128.0.1"})
    void openAddressesAreOpen(String address) throws Exception {
        assertThat(Addresses.open(InetAddress.getByName(address))).isTrue();
    }
}
