from tests.bench import building, openapi, rendering

rendering.main()
building.main()
openapi.main()
