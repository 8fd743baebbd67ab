// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import dev.rivulet.config.encryption.SecretText;
import java.util.Comparator;
import java.util.List;

/** Keeps published secrets out of texts that others wrote. */
public final class PublishedSecrets {

    private static final String MASK = "******";

    private final PublishedStore store;
    private final SecretText secrets;

    PublishedSecrets(PublishedStore store, SecretText secrets) {
        this.store = store;
        this.secrets = secrets;
    }

    /** The text with every secret of the application, at any profile, masked; only the mask if one of them can't be decrypted. */
    public String mask(String application, String text) {
        List<String> stored = store.secretsOf(application);
        if (stored.isEmpty()) {
            return text;
        }
        try {
            return stored.stream()
                    .map(value -> secrets.decrypt(value.substring(SecretText.MARK.length())))
                    .filter(value -> !value.isEmpty())
                    .sorted(Comparator.comparingInt(String::length).reversed())
                    .reduce(text, (masked, secret) -> masked.replace(secret, MASK));
        } catch (RuntimeException _) {
            return MASK;
        }
    }
}
