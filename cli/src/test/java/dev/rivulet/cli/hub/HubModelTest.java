// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.TransferProgress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from a hub that breaks in every way that is known. */
class HubModelTest {
    private static final int SIZE = 300_000;
    private static final long ON_ITS_WAY = 49_152;
    private static final String WEIGHTS = "model.safetensors";
    private static final HubRepository MODEL = HubRepository.parse("hf:org/model");

    @TempDir
    Path imports;

    final List<Duration> pauses = new CopyOnWriteArrayList<>();
    final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    final byte[] weights = LocalHub.pattern(SIZE);
    LocalHub server;

    @BeforeEach
    void start() throws IOException {
        server = new LocalHub();
        server.small("config.json", "{\"a\":1}");
        server.large(WEIGHTS, LocalHub.bytes(weights));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Hub hub() {
        Patience patience = new Patience(
                3,
                Duration.ofSeconds(1),
                Duration.ofMinutes(5),
                SIZE,
                pauses::add,
                line -> assertThat(line).isNotBlank());
        return new Hub(new HubAddress(URI.create(server.url()), "hf_secret"), patience);
    }

    private Path take() throws Exception {
        try (Hub hub = hub();
                HubModel model = HubModel.open(hub, MODEL, imports)) {
            PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
            model.take(
                    model.names(),
                    1 << 30,
                    bytes -> new TransferProgress(out, false, "download", bytes, System::nanoTime));
            return model.folder();
        }
    }

    @Test
    void aModelComesWholeAndTheTokenStaysWithTheHub() throws Exception {
        Path folder = take();

        assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(weights);
        assertThat(folder.resolve("config.json")).hasContent("{\"a\":1}");
        assertThat(server.tokensElsewhere).isEmpty();
        assertThat(folder.getFileName()).hasToString("org--model@" + LocalHub.COMMIT);
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("100 %", "MiB/s", "done");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("no part and no tag is left").hasSize(2);
        }
    }

    @Test
    void aConnectionThatBreaksGoesOnWhereItBroke() throws Exception {
        server.faults.addAll(List.of(none(), LocalHub.Fault.cut(100_000), LocalHub.Fault.cut(50_000)));

        assertThat(take().resolve(WEIGHTS)).hasBinaryContent(weights);
        assertThat(server.asked(WEIGHTS)).hasSize(3);
        assertThat(server.asked(WEIGHTS).get(1)).contains("bytes=");
        assertNothingButTheTailIsSentTwice(2);
        assertThat(pauses).hasSize(2);
    }

    @Test
    void anotherEntityTagStartsFromTheBeginning() throws Exception {
        server.faults.addAll(List.of(none(), LocalHub.Fault.cut(100_000)));
        assertThat(failing(4)).isTrue();
        server.cdnTag = "\"second\"";

        assertThat(take().resolve(WEIGHTS)).hasBinaryContent(weights);
        assertThat(server.sent.get()).isGreaterThan(SIZE);
    }

    /** Lets the first part come and then everything fail. */
    private boolean failing(int times) {
        for (int i = 0; i < times; i++) {
            server.faults.add(LocalHub.Fault.busy(503, ""));
        }
        assertThatThrownBy(this::take)
                .isInstanceOf(HubException.class)
                .hasMessageContainingAll(WEIGHTS, "503", "is kept", "goes on from there");
        return true;
    }

    @Test
    void anotherProcessGoesOnWhereTheFirstGaveUp() throws Exception {
        server.faults.addAll(List.of(none(), LocalHub.Fault.cut(200_000)));
        assertThat(failing(4)).isTrue();
        long first = server.sent.get();
        long kept = Files.size(folder().resolve(WEIGHTS + ".part"));

        assertThat(take().resolve(WEIGHTS)).hasBinaryContent(weights);
        assertThat(first).isGreaterThan(100_000);
        assertThat(server.asked(WEIGHTS).getLast())
                .as("exactly what is missing is asked for")
                .endsWith(" bytes=" + kept + "-");
        assertNothingButTheTailIsSentTwice(1);
    }

    /** A client that loses its connection may not see what was on its way then: at most what it buffers. */
    private void assertNothingButTheTailIsSentTwice(int cuts) {
        assertThat(server.sent.get()).isBetween((long) SIZE, SIZE + cuts * ON_ITS_WAY);
    }

    @Test
    void aBusyHubIsGivenTheTimeThatItAsksFor() throws Exception {
        server.faults.addAll(List.of(LocalHub.Fault.busy(429, "7"), none(), LocalHub.Fault.busy(429, "100000")));

        take();

        assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofMinutes(5));
    }

    @Test
    void bytesOfAnotherDigestAreThrownAway() throws Exception {
        server.list(WEIGHTS, SIZE, "0".repeat(64));

        assertThatThrownBy(this::take)
                .isInstanceOf(HubException.class)
                .hasMessageContainingAll(WEIGHTS, "digest differs", "thrown away");
        assertThat(folder().resolve(WEIGHTS)).doesNotExist();
        assertThat(folder().resolve(WEIGHTS + ".part")).doesNotExist();
    }

    @Test
    void aSmallFileOfAnotherContentIsRefusedToo() {
        server.small.put("config.json", "{\"a\":2}".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(this::take).hasMessageContainingAll("config.json", "digest differs");
    }

    @Test
    void aPartThatWasDamagedIsTakenAnew() throws Exception {
        Files.createDirectories(folder());
        Files.write(folder().resolve(WEIGHTS + ".part"), new byte[1000]);

        assertThat(take().resolve(WEIGHTS)).hasBinaryContent(weights);
        assertThat(server.asked(WEIGHTS)).hasSize(2);
    }

    @Test
    void aSizeThatIsNotAsListedIsRefused() {
        server.list(WEIGHTS, SIZE - 1, "0".repeat(64));

        assertThatThrownBy(this::take).hasMessageContainingAll(WEIGHTS, "lists 299999 bytes and sends 300000");
    }

    @Test
    void moreThanIsAllowedIsRefusedBeforeAByteComes() {
        server.list(WEIGHTS, 1L << 40, "0".repeat(64));

        assertThatThrownBy(this::take).isInstanceOf(UsageException.class).hasMessageContaining("--largest");
        assertThat(server.sent.get()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "/etc/passwd", "a/../../b", "a\\b", "C:/x", "a//b", "a/./b", "x\u0000y"})
    void aNameThatLeadsOutIsRefused(String name) {
        server.small(name, "x");

        assertThatThrownBy(this::take)
                .isInstanceOf(HubException.class)
                .hasMessageContaining("outside the model's folder");
        assertThat(imports).isEmptyDirectory();
    }

    @Test
    void aSenderThatFallsSilentIsLeft() throws Exception {
        server.faults.add(LocalHub.Fault.stalled(100_000));
        Files.createDirectories(folder());
        TransferProgress silent =
                new TransferProgress(new PrintStream(shown), false, "download", SIZE, System::nanoTime);
        try (Hub hub = hub()) {
            Download download = new Download(hub, MODEL, LocalHub.COMMIT, folder(), Duration.ofMillis(200), silent);
            String sha256 = LocalHub.sha256(weights);
            download.take(new HubFile(WEIGHTS, SIZE, sha256, ""));
        }
        assertThat(folder().resolve(WEIGHTS)).hasBinaryContent(weights);
        assertThat(server.asked(WEIGHTS)).hasSize(2);
    }

    @Test
    void twoImportsOfOneModelDontMeet() throws Exception {
        try (Hub hub = hub();
                HubModel first = HubModel.open(hub, MODEL, imports)) {
            assertThat(first.commit()).isEqualTo(LocalHub.COMMIT);
            assertThatThrownBy(() -> HubModel.open(hub, MODEL, imports)).hasMessageContaining("Another import");
        }
    }

    @Test
    void aRepositoryThatIsNotThereIsToldWithAHint() throws Exception {
        try (Hub hub = hub()) {
            assertThatThrownBy(() -> hub.list(HubRepository.parse("hf:org/other@v1")))
                    .hasMessageContainingAll("hf:org/other@v1", "404", "no such repository");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"hf:", "hf:model", "hf:a/b/c", "hf:../b", "hf:a/..", "hf:a/b@", "hf:a/b@../x", "hf:a/b@x//y"})
    void whatNamesNoRepositoryIsRefused(String text) {
        assertThatThrownBy(() -> HubRepository.parse(text)).hasMessageContaining("hf:org/name");
    }

    @Test
    void theHubIsTheOptionsOrTheEnvironmentsAndTheTokenNeedsASecureOne() {
        Map<String, String> set = Map.of("HF_ENDPOINT", "https://mirror.example/", "HF_TOKEN", "hf_secret");
        assertThat(HubAddress.of("", Map.of()).url()).hasToString("https://huggingface.co");
        assertThat(HubAddress.of("", set).url()).hasToString("https://mirror.example");
        assertThat(HubAddress.of("https://other.example", set).url()).hasToString("https://other.example");
        assertThat(HubAddress.of("", set).toString()).doesNotContain("hf_secret");
        assertThatThrownBy(() -> HubAddress.of("http://other.example", set))
                .hasMessageContaining("HF_TOKEN is not sent")
                .hasMessageNotContaining("hf_secret");
        assertThatThrownBy(() -> HubAddress.of("file:///x", Map.of())).hasMessageContaining("no address of a hub");
    }

    @Test
    void timesToWaitAreReadAsSecondsAndAsDates() {
        Instant now = Instant.parse("2026-11-25T10:00:00Z");
        assertThat(Hub.retryAfter("12", now)).isEqualTo(Duration.ofSeconds(12));
        assertThat(Hub.retryAfter("Wed, 25 Nov 2026 10:01:00 GMT", now)).isEqualTo(Duration.ofMinutes(1));
        assertThat(Hub.retryAfter("soon", now)).isZero();
    }

    private static LocalHub.Fault none() {
        return LocalHub.Fault.cut(Long.MAX_VALUE);
    }

    private Path folder() {
        return imports.resolve("org--model@" + LocalHub.COMMIT);
    }
}
