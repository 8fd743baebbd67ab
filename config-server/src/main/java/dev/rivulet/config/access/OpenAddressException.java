package dev.rivulet.config.access;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** The server would answer other machines without asking for a token. */
final class OpenAddressException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OpenAddressException(String address) {
        super("config-server would listen on " + address + " and ask nobody for a token.");
    }

    /** Tells how to mend it instead of a stack trace. */
    static final class Analyzer extends AbstractFailureAnalyzer<OpenAddressException> {

        @Override
        protected @Nullable FailureAnalysis analyze(Throwable rootFailure, OpenAddressException cause) {
            return new FailureAnalysis(
                    cause.getMessage(),
                    "Set RIVULET_INTERNAL_TOKEN to the same random value in every service"
                            + " (`openssl rand -hex 32` makes one), or set SERVER_ADDRESS=127.0.0.1.",
                    cause);
        }
    }
}
