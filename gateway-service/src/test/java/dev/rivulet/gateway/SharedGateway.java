// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one gateway with short times, started once for all of them, and each test a replica of its own there, which leaves
 * when the test has ended.
 */
public final class SharedGateway implements ParameterResolver {

    private static final ExtensionContext.Namespace STORE = ExtensionContext.Namespace.create(SharedGateway.class);

    private record Joined(GatewayFixture gateway, StubReplica replica) implements AutoCloseable {

        static Joined at(GatewayFixture gateway) {
            StubReplica replica = StubReplica.start("replica-" + System.nanoTime());
            gateway.join(replica);
            return new Joined(gateway, replica);
        }

        @Override
        public void close() {
            gateway.routes().left(replica.id());
            replica.close();
        }
    }

    /** What a constructor is given belongs to one test. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext extension) {
        Class<?> type = parameter.getParameter().getType();
        return type == GatewayFixture.class || type == StubReplica.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext extension) {
        GatewayFixture gateway = extension
                .getRoot()
                .getStore(STORE)
                .computeIfAbsent(GatewayFixture.class, type -> start(), GatewayFixture.class);
        return parameter.getParameter().getType() == GatewayFixture.class
                ? gateway
                : extension
                        .getStore(STORE)
                        .computeIfAbsent(Joined.class, type -> Joined.at(gateway), Joined.class)
                        .replica();
    }

    private static GatewayFixture start() {
        return GatewayFixture.start(
                "rivulet.relay.ping-interval=150ms",
                "rivulet.relay.first-byte-timeout=9s",
                "rivulet.relay.idle-timeout=3s",
                "rivulet.relay.reader-timeout=5s",
                "rivulet.relay.answer-timeout=9s",
                "rivulet.relay.header-timeout=2s",
                "rivulet.relay.body-timeout=4s",
                "rivulet.relay.max-answer=100KB");
    }
}
