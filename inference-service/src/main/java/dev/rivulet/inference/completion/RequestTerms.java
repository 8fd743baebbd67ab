package dev.rivulet.inference.completion;

import dev.rivulet.inference.scheduling.Terms;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * The terms of a request, from headers that the gateway sets and never passes on from a caller. A replica that is called without a
 * gateway serves everyone on the same terms.
 */
final class RequestTerms {

    static final String TENANT = "x-rivulet-tenant";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private RequestTerms() {}

    static Terms of(HttpHeaders headers) {
        return new Terms(name(headers.getFirst(TENANT)));
    }

    private static String name(@Nullable String given) {
        return given != null && NAME.matcher(given).matches() ? given : Terms.STANDARD.tenant();
    }
}
