package dev.rivulet.federation.participants.http;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;
import dev.rivulet.federation.participants.ParticipantsSettings;

/** Lets controllers take signed calls, and connections begin HTTP/2 with a request that has a body. */
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

    @Bean
    NettyServerCustomizer upgradesWithBodies(ParticipantsSettings settings) {
        int most = (int) settings.mostBody().toBytes();
        return server -> server.httpRequestDecoder(decoder -> decoder.h2cMaxContentLength(most));
    }
}
