// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.test.context.TestPropertySource;

/** The whole service as in production: with a token, on a broker with TLS, SCRAM and ACLs; one context serves all tests of it. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@WholeRegistry
@TestPropertySource(
        properties = {
            "rivulet.access.token=a-token-of-the-test",
            "rivulet.callers.principals.rita.token-sha256=ee2e9b298d4ffe8b0b86d37cdc099397319a90d2916bf22fdd38efbc2d36b372",
            "rivulet.callers.principals.rita.roles=reader",
            "rivulet.callers.principals.paul.token-sha256=29327a9494f68aaf9c77af21617d9d3a46c68a7105450bdc46f4cae42bc08b53",
            "rivulet.callers.principals.paul.roles=publisher",
            "rivulet.callers.principals.olga.token-sha256=4d55e9205da47b83dbf4ebf5c895ba17fd1920df9fa0cbb27e9b899d0c44ee06",
            "rivulet.callers.principals.olga.roles=operator",
            "rivulet.callers.principals.otto.token-sha256=f3f218cf2c701c87762285e799b8b0f8ca5678091798276e6e738378c23b7e62",
            "rivulet.callers.principals.otto.roles=operator,approver",
            "rivulet.kafka.security.protocol=SASL_SSL",
            "rivulet.kafka.security.password=model-registry-model-registry",
            "rivulet.kafka.security.truststore=" + SecuredKafka.AUTHORITY
        })
@interface GuardedRegistry {}
