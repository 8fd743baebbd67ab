// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.media;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Resolves names for connections and refuses a name any of whose addresses is not open. What is connected to is what was checked here, so
 * that a name can't change its address in between (DNS rebinding).
 */
final class CheckedResolver extends AddressResolverGroup<InetSocketAddress> {

    private final Lookup lookup;
    private final Predicate<InetAddress> open;
    private final Executor blocking;

    /** Finds all addresses of a name. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] all(String name) throws UnknownHostException;
    }

    /** @param blocking where names are looked up */
    CheckedResolver(Lookup lookup, Predicate<InetAddress> open, Executor blocking) {
        this.lookup = lookup;
        this.open = open;
        this.blocking = blocking;
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new Names(executor).asAddressResolver();
    }

    private final class Names extends InetNameResolver {

        Names(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> promise) {
            resolve(promise, () -> checked(name)[0]);
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
            resolve(promise, () -> List.of(checked(name)));
        }

        private <T> void resolve(Promise<T> promise, java.util.concurrent.Callable<T> work) {
            blocking.execute(() -> {
                try {
                    promise.setSuccess(work.call());
                } catch (Exception e) {
                    promise.setFailure(e);
                }
            });
        }
    }

    private InetAddress[] checked(String name) throws UnknownHostException {
        InetAddress[] all = lookup.all(name);
        for (InetAddress address : all) {
            if (!open.test(address)) {
                throw new UnknownHostException("'" + name + "' leads to an address that is not open");
            }
        }
        return all;
    }
}
