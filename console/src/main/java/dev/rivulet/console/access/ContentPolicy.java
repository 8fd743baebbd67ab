// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a page may load: nothing but what the console serves. The page's import map is the one inline script, named by its hash.
 *
 * @param page the policy of the console's own pages
 * @param admin the policy of Spring Boot Admin, whose interface sets styles by script and a base address
 */
record ContentPolicy(String page, String admin) {

    private static final Pattern IMPORT_MAP =
            Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);
    private static final String COMMON =
            "default-src 'self'; img-src 'self' data:; object-src 'none'; form-action 'self'; frame-ancestors 'none'; ";

    /**
     * @param html the first page
     * @throws IllegalArgumentException if it has no import map
     */
    static ContentPolicy of(String html) {
        Matcher map = IMPORT_MAP.matcher(html);
        if (!map.find()) {
            throw new IllegalArgumentException("the first page has no import map");
        }
        return new ContentPolicy(
                COMMON + "base-uri 'none'; script-src 'self' 'sha256-" + sha256(map.group(1)) + "'",
                COMMON + "base-uri 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:");
    }

    /** The policy of a path. */
    String of(String path, String adminPath) {
        return path.equals(adminPath) || path.startsWith(adminPath + "/") ? admin : page;
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
