// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant.redis;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Redis that gateways share.
 *
 * @param url {@code redis://HOST:PORT/DATABASE}, {@code rediss://} for TLS, {@code redis-sentinel://} for what sentinels name
 * @param username of Redis 6 and later; empty for the default one
 * @param password empty for none
 * @param ca file of PEM certificates that the server's has to lead to; empty for those that Java trusts
 * @param patience until an answer; then the job goes on without
 * @param connectTimeout until there is a connection
 * @param waiting commands that may wait for their answers; beyond it the job goes on without
 */
@ConfigurationProperties("rivulet.assistant.context.redis")
record RedisProperties(
        @DefaultValue("") String url,
        @DefaultValue("") String username,
        @DefaultValue("") String password,
        @DefaultValue("") String ca,
        @DefaultValue("250ms") Duration patience,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("1000") int waiting) {

    RedisProperties {
        require(!url.isBlank(), "url (RIVULET_REDIS_URL) is needed where rivulet.assistant.context.store is redis");
        require(
                url.matches("(redis|rediss|redis-sentinel)://.+"),
                "url begins with redis://, rediss:// or redis-sentinel://");
        require(username.isEmpty() || !password.isEmpty(), "password is needed where there is a username");
        require(
                patience.toMillis() >= 1 && patience.toMillis() <= 10_000 && connectTimeout.toMillis() >= 1,
                "patience is between 1ms and 10s");
        require(waiting >= 1 && waiting <= 1_000_000, "waiting is between 1 and 1000000");
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.assistant.context.redis: " + rule);
        }
    }
}
