// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTextTest {

    private static final String KEY = "0123456789abcdef0123456789abcdef";

    @Test
    void the_same_secret_looks_different_each_time_and_only_its_key_reads_it() {
        SecretText ours = new SecretText(Optional.of(KEY));
        String first = ours.encrypt("s3cret");

        assertThat(first).isNotEqualTo(ours.encrypt("s3cret")).doesNotContain("s3cret");
        assertThat(new SecretText(Optional.of(KEY)).decrypt(first)).isEqualTo("s3cret");
        SecretText other = new SecretText(Optional.of(KEY.replace('0', '1')));
        assertThatThrownBy(() -> other.decrypt(first)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void a_flipped_bit_of_the_ciphertext_is_caught() {
        SecretText secrets = new SecretText(Optional.of(KEY));
        String encrypted = secrets.encrypt("s3cret");
        char last = encrypted.charAt(encrypted.length() - 1);
        String flipped = encrypted.substring(0, encrypted.length() - 1) + (last == '0' ? '1' : '0');

        assertThatThrownBy(() -> secrets.decrypt(flipped)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void without_a_key_nothing_is_encrypted() {
        SecretText none = new SecretText(Optional.empty());

        assertThat(none.ready()).isFalse();
        assertThatThrownBy(() -> none.encrypt("s3cret")).hasMessageContaining("RIVULET_CONFIG_KEY");
    }

    @Test
    void a_key_comes_from_the_setting_or_a_file_and_must_not_be_guessed(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("key"), KEY + "\n");

        assertThat(new EncryptionSettings(KEY, "").secret()).contains(KEY);
        assertThat(new EncryptionSettings("", file.toString()).secret()).contains(KEY);
        assertThat(new EncryptionSettings("", "").secret()).isEmpty();
        assertThatThrownBy(() -> new EncryptionSettings("short", "").secret())
                .hasMessageContaining("has 5 characters and can be guessed")
                .hasMessageNotContaining("short");
        assertThatThrownBy(() -> new EncryptionSettings(KEY, file.toString())).hasMessageContaining("one of them");
        assertThatThrownBy(
                        () -> new EncryptionSettings("", folder.resolve("none").toString()).secret())
                .hasMessageContaining("can't be read");
        assertThat(new EncryptionSettings(KEY, "")).asString().doesNotContain(KEY);
    }
}
