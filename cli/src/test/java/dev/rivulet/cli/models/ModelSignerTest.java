// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.cli.Checkout;
import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signs with the first key of RFC 8032, 7.1; Ed25519 signs the same bytes to the same signature. */
class ModelSignerTest {
    private static final String PUBLIC = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    @TempDir
    Path folder;

    Path key;
    Path publicKey;

    @BeforeEach
    void write() throws IOException {
        key = pem("key.pem", "PRIVATE KEY", "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g");
        publicKey = pem("key.pub", "PUBLIC KEY", PUBLIC);
    }

    private Path pem(String name, String kind, String base64) throws IOException {
        return Files.writeString(
                folder.resolve(name), "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }

    @Test
    void whatItSignsIsWhatTheServicesRead() throws IOException {
        List<ModelFolder.ModelFile> files = List.of(
                new ModelFolder.ModelFile("config.json", "b".repeat(64), 1, folder),
                new ModelFolder.ModelFile("model.safetensors", "a".repeat(64), 2, folder));
        ModelSigner signer = ModelSigner.read(key, publicKey);

        assertThat(new String(signer.sign("assistant", "7", files), StandardCharsets.UTF_8))
                .isEqualTo(Files.readString(
                                Checkout.path().resolve("libs/model-signing/src/test/resources/signed-by-cli.json"))
                        .strip());
        assertThat(signer.trustedKey()).isEqualTo(PUBLIC);
    }

    @Test
    void aSignatureIsAFileOfTheVersionAndDoesNotNameAnotherOne() throws IOException {
        Path model = Files.createDirectories(folder.resolve("house"));
        Files.writeString(model.resolve("adapter_config.json"), "{\"peft_type\":\"LORA\"}");
        Files.writeString(model.resolve("adapter_model.safetensors"), "w");
        ModelFolder before = ModelFolder.read(model, "");

        Files.write(
                model.resolve(ModelSigner.FILE),
                ModelSigner.read(key, publicKey).sign("house", before.version("assistant"), before.unsigned()));

        ModelFolder after = ModelFolder.read(model, "");
        assertThat(after.files()).hasSize(3);
        assertThat(after.unsigned()).isEqualTo(before.files());
        assertThat(after.version("assistant")).isEqualTo(before.version("assistant"));
    }

    @Test
    void whatIsNoKeyOrAnotherKeyIsRefusedInWords() throws IOException {
        assertThatThrownBy(() -> ModelSigner.read(folder.resolve("none"), publicKey))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("openssl genpkey");
        assertThatThrownBy(() -> ModelSigner.read(publicKey, publicKey)).hasMessageContaining("no PRIVATE KEY");
        Path broken = pem("broken", "PRIVATE KEY", "AAAA");
        assertThatThrownBy(() -> ModelSigner.read(broken, publicKey)).hasMessageContaining("no Ed25519 key");
        Path other = pem("other", "PUBLIC KEY", "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=");
        assertThatThrownBy(() -> ModelSigner.read(key, other)).hasMessageContaining("not the public key");
    }
}
