// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Knows who calls: by a key of the configuration, whose SHA-256 it has; by a key that was made at a gateway, whose slow hash it
 * has; by a signed token, where that is set up. A look takes the same time for every secret that is shown.
 */
public final class KeyRing {

    private static final Logger log = LoggerFactory.getLogger(KeyRing.class);
    private static final String BEARER = "Bearer ";
    private static final int LONGEST_KEY = 512;

    /** Reads signed tokens. */
    public interface Tokens {

        /** Who a token is of; empty if the text is no token at all. */
        Optional<Mono<Authentication>> read(String shown);
    }

    private record Hashed(byte[] digest, Caller caller) {}

    private final List<Hashed> configured;
    private final Verification made;
    private final Tokens tokens;

    KeyRing(IdentityProperties properties, Verification made, Tokens tokens) {
        this.made = made;
        this.tokens = tokens;
        this.configured = properties.keys().stream()
                .map(key -> new Hashed(
                        HexFormat.of().parseHex(key.sha256()),
                        new Caller(key.name(), key.scopes(), key.priority(), key.limits())))
                .toList();
        if (configured.isEmpty()) {
            log.warn(
                    "No API key is configured, so nobody can make one either. Set RIVULET_API_KEY_SHA256 to the SHA-256 of "
                            + "a key, or rivulet.identity.keys in the configuration of gateway-service.");
        }
    }

    /**
     * Looks at the headers of a request.
     *
     * @param authorization {@code Bearer <key>}
     * @param apiKey the header {@code x-api-key}, which counts where there is no {@code authorization}
     * @return at once where nothing has to be hashed slowly
     */
    public Mono<Authentication> authenticate(@Nullable String authorization, @Nullable String apiKey) {
        String shown = shown(authorization, apiKey);
        if (shown == null) {
            return refused(
                    "No API key was sent. Send 'Authorization: Bearer <key>'; `./rivulet env` prints the key of a "
                            + "local platform.");
        }
        Optional<Mono<Authentication>> token = tokens.read(shown);
        if (token.isPresent()) {
            return token.get();
        }
        if (shown.length() > LONGEST_KEY) {
            return unknown();
        }
        byte[] digest = sha256(shown);
        Optional<KeyText> text = KeyText.parse(shown);
        if (text.isPresent()) {
            return made.verify(text.get(), digest);
        }
        Caller found = find(digest);
        return found == null ? unknown() : Mono.just(new Authentication.Known(found));
    }

    /** Names of the keys of the configuration. */
    List<String> configuredNames() {
        return configured.stream().map(key -> key.caller().name()).toList();
    }

    private @Nullable Caller find(byte[] digest) {
        Caller found = null;
        for (Hashed key : configured) {
            if (MessageDigest.isEqual(key.digest(), digest)) {
                found = key.caller();
            }
        }
        return found;
    }

    private static @Nullable String shown(@Nullable String authorization, @Nullable String apiKey) {
        if (authorization != null) {
            boolean bearer = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
            String key = bearer ? authorization.substring(BEARER.length()).strip() : "";
            return key.isEmpty() ? null : key;
        }
        return apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
    }

    static Mono<Authentication> unknown() {
        return refused(
                "The API key is not known here. `./rivulet env` prints the key of a local platform; elsewhere ask "
                        + "whoever runs it.");
    }

    static Mono<Authentication> refused(String message) {
        return Mono.just(new Authentication.Refused(Problem.of(ProblemCode.INVALID_API_KEY, message)));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
