// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * The token that services show each other, or none.
 *
 * <p>Give it to a client of another service of ours, and to no other client: {@code
 * WebClient.builder().defaultHeaders(token::authorize)} or {@code RestClient.builder().defaultHeaders(token::authorize)}.
 */
public final class ServiceToken {

    private static final String BEARER = "Bearer ";

    private final @Nullable String value;
    private final byte[] digest;

    ServiceToken(@Nullable String value) {
        this.value = value;
        this.digest = TokenDigests.sha256(value == null ? "" : value);
    }

    /** Whether callers must show it. */
    public boolean present() {
        return value != null;
    }

    /** The value of an {@code Authorization} header, if there is a token; for clients that are not Spring's. */
    public Optional<String> authorization() {
        return Optional.ofNullable(value).map(BEARER::concat);
    }

    /** Adds the {@code Authorization} header, if there is a token. */
    public void authorize(HttpHeaders headers) {
        authorization().ifPresent(header -> headers.set(HttpHeaders.AUTHORIZATION, header));
    }

    /** Whether an {@code Authorization} header shows this token. Takes the same time wherever the first difference is. */
    boolean shownBy(@Nullable String authorization) {
        return value != null
                && bearer(authorization)
                        .filter(shown -> MessageDigest.isEqual(digest, TokenDigests.sha256(shown)))
                        .isPresent();
    }

    /** The token that an {@code Authorization} header shows. */
    static Optional<String> bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(authorization.substring(BEARER.length()).strip())
                : Optional.empty();
    }

    /** Says whether there is a token, never which. */
    @Override
    public String toString() {
        return value == null ? "ServiceToken[none]" : "ServiceToken[set]";
    }
}
