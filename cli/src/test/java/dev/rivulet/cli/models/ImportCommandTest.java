// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.cli.hub.LocalHub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own, with a registry and a hub, killed where it hurts. */
class ImportCommandTest {
    private static final String CONFIG = "{\"architectures\":[\"LlamaForCausalLM\"]}";

    @TempDir
    Path folder;

    MemoryRegistry registry;
    LocalHub hub;
    Path jar;

    @BeforeEach
    void start() throws IOException {
        registry = new MemoryRegistry();
        hub = new LocalHub();
        jar = StandInImporter.jar(folder);
    }

    @AfterEach
    void stop() {
        registry.close();
        hub.close();
    }

    private Process begin(String heap, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.rivulet.cli.Rivulet",
                "models",
                "import"));
        command.addAll(Arrays.asList(words));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        builder.environment()
                .putAll(Map.of(
                        "RIVULET_HOME", folder.resolve("home").toString(),
                        "RIVULET_REGISTRY_URL", registry.url(),
                        "RIVULET_INTERNAL_TOKEN", "token",
                        "RIVULET_IMPORTER_JAR", jar.toString(),
                        "HF_ENDPOINT", hub.url(),
                        "HF_TOKEN", "hf_secret"));
        return builder.start();
    }

    private int run(String... words) throws Exception {
        Process process = begin("64m", words);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private String out() throws IOException {
        return Files.readString(folder.resolve("out"));
    }

    private Path model(String config) throws IOException {
        Path model = Files.createDirectories(folder.resolve("Tiny Model"));
        Files.writeString(model.resolve("config.json"), config);
        Files.writeString(model.resolve("tokenizer.json"), "{}");
        Files.writeString(model.resolve("model.safetensors"), "w");
        Files.writeString(model.resolve("pytorch_model.bin"), "pickle");
        Files.writeString(model.resolve("README.md"), "hello");
        return model;
    }

    private List<String> registered(String name) {
        return registry.version(name).path("files").values().stream()
                .map(file -> file.path("path").asString(""))
                .toList();
    }

    @Test
    void aFolderGivesItsModelFilesAloneWithWhatWasMeasured() throws Exception {
        String model = model(CONFIG).toString();
        assertThat(run(model, "--weights", "int4")).as(out()).isZero();

        assertThat(registered("tiny-model"))
                .containsExactly(
                        "config.json", "model.safetensors", "tokenizer.json", "quantised/a.int4.b.safetensors");
        assertThat(registry.version("tiny-model")
                        .path("tags")
                        .path("quality.agreement")
                        .asString(""))
                .isEqualTo("0.97");
        assertThat(registry.aliases).containsKey("champion");
        registry.writes.clear();
        assertThat(run(model, "--weights", "int4")).isZero();
        assertThat(out()).contains("is there already");
        assertThat(registry.writes).allMatch(write -> write.contains("/aliases/"));
    }

    @Test
    void whatIsRefusedLeavesNothingInTheRegistry() throws Exception {
        assertThat(run(model("{\"architectures\":[\"badForCausalLM\"]}").toString()))
                .isEqualTo(1);
        assertThat(out()).contains("not supported", "was not imported");
        assertThat(registry.writes).isEmpty();

        Files.delete(folder.resolve("Tiny Model/model.safetensors"));
        assertThat(run(folder.resolve("Tiny Model").toString())).isEqualTo(1);
        assertThat(out()).contains("no weights that are read", "pickled").doesNotContain("\tat ");
    }

    @Test
    void aKilledImportLeavesNoVersionAndTheNextGoesOn() throws Exception {
        int size = 4 << 20;
        hub.small("config.json", CONFIG);
        hub.large("model.safetensors", zeros(size));
        hub.slowAfter = 1 << 20;
        Process killed = begin("64m", "hf:org/model");
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> hub.sent.get() > (3 << 19));
        killed.destroyForcibly().waitFor();
        long before = hub.sent.get();
        assertThat(registry.writes).isEmpty();

        hub.slowAfter = Long.MAX_VALUE;
        assertThat(run("hf:org/model")).as(out()).isZero();

        assertThat(registered("model")).containsExactly("config.json", "model.safetensors");
        assertThat(hub.sent.get() - before).as("bytes of the second run").isLessThan(size - (1 << 19));
        assertThat(registry.version("model").path("tags").path("source").asString(""))
                .isEqualTo("hf:org/model@" + LocalHub.COMMIT);
        assertThat(hub.tokensElsewhere).isEmpty();
        assertThat(out()).doesNotContain("hf_secret").contains("MiB/s");
        try (Stream<Path> left = Files.list(folder.resolve("home/imports"))) {
            assertThat(left.filter(Files::isDirectory))
                    .as("nothing is left behind")
                    .isEmpty();
        }
    }

    @Test
    void aModelLargerThanTheHeapComesThrough() throws Exception {
        imported(96L << 20, "40m");
    }

    @Test
    @Tag("long")
    void aModelOfTwoGigabytesComesThroughAHeapOfSixtyFourMebibytes() throws Exception {
        imported((2L << 30) + 12_345, "64m");
    }

    private void imported(long size, String heap) throws Exception {
        hub.small("config.json", CONFIG);
        hub.large("model.safetensors", zeros(size));
        Process process = begin(heap, "hf:org/model");
        assertThat(process.waitFor(900, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(out()).isZero();
        assertThat(registry.version("model").path("files").path(1).path("size").asLong(0))
                .isEqualTo(size);
    }

    @Test
    void aGgufFileIsTakenWithItsTokenizerAndNotWithTheConfigurationBesideIt() throws Exception {
        Path model = model(CONFIG);
        Files.write(model.resolve("Tiny-Q8_0.gguf"), "GGUF".getBytes(StandardCharsets.UTF_8));
        assertThat(run(model.resolve("Tiny-Q8_0.gguf").toString())).as(out()).isZero();

        assertThat(registered("tiny-q8_0")).containsExactly("Tiny-Q8_0.gguf", "tokenizer.json");
    }

    @Test
    void aWhisperRepositoryComesWithItsTaskAndTheTokensThatSteerIt() throws Exception {
        Path whisper = Path.of("..", "libs", "engine-onnx", "src", "test", "resources", "whisper");
        for (String name :
                List.of("config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json")) {
            hub.small(name, Files.readString(whisper.resolve(name)));
        }
        hub.large("model.safetensors", content(Files.readAllBytes(whisper.resolve("model.safetensors"))));

        assertThat(run("hf:org/model", "--name", "whisper-tiny")).as(out()).isZero();

        assertThat(registry.task("whisper-tiny")).isEqualTo("automatic-speech-recognition");
        assertThat(registered("whisper-tiny"))
                .contains("config.json", "generation_config.json", "model.safetensors", "tokenizer.json");
    }

    private static LocalHub.Content content(byte[] bytes) {
        return new LocalHub.Content() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public void read(long at, byte[] buffer, int count) {
                System.arraycopy(bytes, (int) at, buffer, 0, count);
            }
        };
    }

    private static LocalHub.Content zeros(long size) {
        return new LocalHub.Content() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public void read(long at, byte[] buffer, int count) {
                Arrays.fill(buffer, 0, count, (byte) 0);
            }
        };
    }
}
