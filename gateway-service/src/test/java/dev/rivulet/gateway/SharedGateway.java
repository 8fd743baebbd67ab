package dev.rivulet.gateway;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests one gateway with short times, started once for all of them. */
public final class SharedGateway implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
        return parameter.getParameter().getType() == GatewayFixture.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
        return extension
                .getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedGateway.class))
                .computeIfAbsent(GatewayFixture.class, type -> start(), GatewayFixture.class);
    }

    private static GatewayFixture start() {
        return GatewayFixture.start(
                "rivulet.relay.ping-interval=150ms",
                "rivulet.relay.first-byte-timeout=4s",
                "rivulet.relay.idle-timeout=3s",
                "rivulet.relay.reader-timeout=5s",
                "rivulet.relay.answer-timeout=5s",
                "rivulet.relay.header-timeout=2s",
                "rivulet.relay.body-timeout=1s",
                "rivulet.relay.max-answer=100KB");
    }
}
