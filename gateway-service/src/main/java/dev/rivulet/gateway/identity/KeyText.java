// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key as its owner has it: {@code rvl_<id>_<secret>}. The id finds it and is no secret; the secret is 256 random bits.
 *
 * @param id 12 letters and digits
 * @param secret 43 characters of base64url
 */
record KeyText(String id, String secret) {

    private static final Pattern FORM = Pattern.compile("rvl_([a-z0-9]{12})_([A-Za-z0-9_-]{43})");
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID_LENGTH = 12;
    private static final int SECRET_BYTES = 32;

    static KeyText random(SecureRandom random) {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return new KeyText(id.toString(), newSecret(random));
    }

    static String newSecret(SecureRandom random) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    /** Empty if the text is not of this form. */
    static Optional<KeyText> parse(String shown) {
        Matcher form = FORM.matcher(shown);
        return form.matches() ? Optional.of(new KeyText(form.group(1), form.group(2))) : Optional.empty();
    }

    /** The whole key; to be shown once. */
    String whole() {
        return "rvl_" + id + "_" + secret;
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "rvl_" + id + "_…";
    }
}
