// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.encryption;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.encrypt.Encryptors;
import org.springframework.security.crypto.encrypt.TextEncryptor;

/**
 * Encrypts and decrypts with the server's key: AES-256-GCM by Spring Security, the key stretched by PBKDF2, a new vector each time.
 * Spring Cloud Config decrypts with it what it serves. Without a key nothing is encrypted, and a secret is served as missing.
 */
public final class SecretText implements TextEncryptor {

    /** Before the ciphertext of a secret, as Spring Cloud Config reads it. */
    public static final String MARK = "{cipher}";

    /** The key is random and long, which a salt would add nothing to; it must be the same after a restart. */
    private static final String SALT = "72697675 6c657420 636f6e66".replace(" ", "");

    private final @Nullable TextEncryptor encryptor;

    public SecretText(Optional<String> key) {
        this.encryptor = key.map(secret -> Encryptors.delux(secret, SALT)).orElse(null);
    }

    /** Whether there is a key. */
    public boolean ready() {
        return encryptor != null;
    }

    /** @throws IllegalStateException if there is no key */
    @Override
    public String encrypt(String text) {
        return present().encrypt(text);
    }

    /** @throws IllegalStateException if there is no key, or this is not what it encrypted */
    @Override
    public String decrypt(String encrypted) {
        return present().decrypt(encrypted);
    }

    private TextEncryptor present() {
        if (encryptor == null) {
            throw new IllegalStateException(
                    "config-server has no key: set RIVULET_CONFIG_KEY or RIVULET_CONFIG_KEY_FILE");
        }
        return encryptor;
    }
}
