// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import dev.rivulet.gateway.identity.ApiKey;
import dev.rivulet.gateway.identity.Authentication;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.KeyRing;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Reads JSON web tokens (RFC 7519) as of an OAuth 2 resource server: signed by a public key of the issuer, for us, not yet
 * expired. Signatures by a shared secret and unsigned tokens are none. The issuer's keys are kept for minutes and, while it is
 * away, for longer.
 */
final class JwtTokens implements KeyRing.Tokens {

    private static final Logger log = LoggerFactory.getLogger(JwtTokens.class);
    private static final String BEGINNING = "eyJ";
    private static final int LONGEST = 8_192;
    private static final int LONGEST_TENANT = 60;
    private static final int HASH_DIGITS = 32;
    private static final Duration COME_AGAIN = Duration.ofSeconds(2);

    private final JwtProperties properties;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final Scheduler verifying;

    /**
     * @param keys of the issuer; may block
     * @param verifying runs what may block
     */
    JwtTokens(JwtProperties properties, JWKSource<SecurityContext> keys, Scheduler verifying) {
        this.properties = properties;
        this.verifying = verifying;
        Set<JWSAlgorithm> signatures = Stream.of(JWSAlgorithm.Family.RSA, JWSAlgorithm.Family.EC)
                .flatMap(Collection::stream)
                .collect(Collectors.toUnmodifiableSet());
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(signatures, keys));
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                properties.audience().isEmpty() ? null : properties.audience(),
                new JWTClaimsSet.Builder().issuer(properties.issuer()).build(),
                Set.of("exp", properties.tenantClaim()));
        claims.setMaxClockSkew((int) properties.clockSkew().toSeconds());
        processor.setJWTClaimsSetVerifier(claims);
    }

    @Override
    public Optional<Mono<Authentication>> read(String shown) {
        boolean token = shown.startsWith(BEGINNING)
                && shown.chars().filter(c -> c == '.').count() == 2;
        if (!token) {
            return Optional.empty();
        }
        return Optional.of(
                shown.length() > LONGEST
                        ? Mono.just(invalid("it is longer than " + LONGEST + " characters"))
                        : Mono.fromCallable(() -> verified(shown))
                                .subscribeOn(verifying)
                                .onErrorResume(RejectedExecutionException.class, full -> Mono.just(unavailable())));
    }

    private Authentication verified(String shown) {
        try {
            return caller(processor.process(shown, null));
        } catch (ExpiredJWTException e) {
            return invalid("it has expired");
        } catch (KeySourceException e) {
            log.warn("The keys of {} can't be read: {}", properties.issuer(), e.getMessage());
            return unavailable();
        } catch (BadJOSEException | JOSEException | ParseException e) {
            log.debug("A token is refused", e);
            return invalid("its signature, issuer, audience or form is not what this gateway takes");
        }
    }

    private Authentication caller(JWTClaimsSet claims) {
        String tenant = text(claims.getClaim(properties.tenantClaim()));
        if (tenant.isEmpty()) {
            return invalid("it names nobody in '" + properties.tenantClaim() + "'");
        }
        return new Authentication.Known(
                new Caller(name(tenant), scopes(claims), Caller.Priority.NORMAL, properties.limits()));
    }

    /** Two tenants never share a name, and none has the name of a key. */
    private static String name(String tenant) {
        boolean plain = tenant.length() <= LONGEST_TENANT && ApiKey.isName(tenant);
        return Caller.OF_TOKENS + (plain ? tenant : "." + sha256(tenant).substring(0, HASH_DIGITS));
    }

    private Set<String> scopes(JWTClaimsSet claims) {
        Stream<String> given = switch (claims.getClaim(properties.scopeClaim())) {
            case String text -> Arrays.stream(text.split(" "));
            case List<?> list -> list.stream().map(JwtTokens::text);
            case null, default -> Stream.empty();
        };
        String prefix = properties.scopePrefix();
        return given.filter(scope -> scope.startsWith(prefix))
                .map(scope -> scope.substring(prefix.length()))
                .filter(Caller.SCOPES::contains)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String text(@Nullable Object claim) {
        return claim instanceof String text ? text : "";
    }

    private static Authentication invalid(String why) {
        return new Authentication.Refused(Problem.of(
                ProblemCode.INVALID_TOKEN, "The token is not valid here: " + why + ". Get a new one of its issuer."));
    }

    private static Authentication unavailable() {
        return new Authentication.Refused(Problem.of(
                        ProblemCode.KEYS_UNAVAILABLE,
                        "The keys of the token's issuer can't be read at present. Send this request again after the seconds "
                                + "in Retry-After.")
                .retryAfter(COME_AGAIN));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
