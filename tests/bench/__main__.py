from tests.bench import rendering

rendering.main()
