// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants.http;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;

/** Lets controllers take signed calls. */
@Configuration(proxyBeanMethods = false)
class DeviceWeb implements WebFluxConfigurer {

    private final SignedCalls calls;

    DeviceWeb(SignedCalls calls) {
        this.calls = calls;
    }

    @Override
    public void configureArgumentResolvers(ArgumentResolverConfigurer configurer) {
        configurer.addCustomResolver(calls);
    }
}
